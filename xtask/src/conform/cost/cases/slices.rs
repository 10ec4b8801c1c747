//! Slices: made, written as literals, appended to.

use super::Cases;

impl Cases {
    pub(super) fn slices(&mut self) {
        for (elem, zero) in [
            ("byte", "1"),
            ("int32", "1"),
            ("int", "1"),
            ("string", "\"a\""),
            ("*int", "nil"),
            ("S24", "S24{}"),
            ("E", "E{}"),
            ("[40]byte", "[40]byte{}"),
        ] {
            for len in [0, 1, 3, 5, 33, 1000] {
                self.add(
                    "make slice, constant, escapes",
                    &format!("var s$ []{elem}"),
                    &format!("\ts$ = make([]{elem}, {len})"),
                );
                let write = if len > 0 { format!("\ts[0] = {zero}\n") } else { String::new() };
                self.add(
                    "make slice, constant, stays",
                    "",
                    &format!("\ts := make([]{elem}, {len})\n{write}\tuseInt(len(s))"),
                );
            }
            self.of_int(
                "make slice, variable, escapes",
                &format!("[]{elem}"),
                &format!("\treturn make([]{elem}, n)"),
                &[0, 4, 33],
            );
            for len in [0, 1, 4, 8, 32, 33, 200] {
                let outside = format!(
                    "//go:noinline\nfunc f$(n int) int {{\n\ts := make([]{elem}, n)\n\tfor i := range s {{\n\t\ts[i] = {zero}\n\t}}\n\treturn len(s)\n}}"
                );
                self.add(
                    "make slice, variable, stays",
                    &outside,
                    &format!("\tsinkInt = f$({len})"),
                );
            }
            self.of_int(
                "make slice, capacity, escapes",
                &format!("[]{elem}"),
                &format!("\treturn make([]{elem}, 0, n)"),
                &[10],
            );
        }
        for literal in [
            "[]int{1, 2, 3}",
            "[]byte{1}",
            "[]string{\"a\", \"b\"}",
            "[]S24{{}, {}}",
            "[]*S8{{1}, {2}}",
            "[]int{}",
            "[]E{{}, {}}",
            "[]any{1, \"a\", nil}",
            "[]int{9: 1}",
            "[]any{&sinkInt, nil}",
            "[][]int{{1}, {2, 3}}",
        ] {
            let ty = literal.split('{').next().unwrap_or_default();
            self.add(
                "slice literal, escapes",
                &format!("var s$ {ty}"),
                &format!("\ts$ = {literal}"),
            );
            self.add("slice literal, stays", "", &format!("\ts := {literal}\n\tuseInt(len(s))"));
        }
        self.of_int(
            "make slice, copied",
            "[]int",
            "\ts := make([]int, n)\n\tt := make([]int, len(s))\n\tcopy(t, s)\n\treturn t",
            &[3, 40],
        );
    }

    pub(super) fn appends(&mut self) {
        for (elem, value) in [
            ("byte", "byte(i)"),
            ("int", "i"),
            ("string", "\"a\""),
            ("S24", "S24{}"),
            ("*int", "nil"),
            ("E", "E{}"),
        ] {
            let one = |start: &str| {
                format!(
                    "\t{start}\n\tfor i := 0; i < n; i++ {{\n\t\ts = append(s, {value})\n\t}}\n"
                )
            };
            self.of_int(
                "append, in a loop, escapes",
                &format!("[]{elem}"),
                &format!("{}\treturn s", one(&format!("var s []{elem}"))),
                &[1, 3, 5, 17, 100, 1000],
            );
            self.of_int(
                "append, in a loop, stays",
                "int",
                &format!("{}\treturn len(s)", one(&format!("var s []{elem}"))),
                &[1, 3, 5, 17, 100],
            );
            self.of_int(
                "append, with capacity",
                &format!("[]{elem}"),
                &format!("{}\treturn s", one(&format!("s := make([]{elem}, 0, n)"))),
                &[1, 5, 40],
            );
            self.of_int(
                "append, with little capacity",
                "int",
                &format!("{}\treturn cap(s)", one(&format!("s := make([]{elem}, 0, 4)"))),
                &[3, 5, 40],
            );
        }
        for count in [1, 2, 3, 4, 5, 9] {
            let values = (0..count).map(|i| i.to_string()).collect::<Vec<_>>().join(", ");
            self.add(
                "append, at once, escapes",
                "var s$ []int",
                &format!("\ts$ = append([]int(nil), {values})"),
            );
            self.add(
                "append, at once, stays",
                "",
                &format!("\tvar s []int\n\ts = append(s, {values})\n\tuseInt(len(s))"),
            );
            let lines = (0..count).map(|i| format!("\ts = append(s, {i})\n")).collect::<String>();
            self.add(
                "append, one by one, escapes",
                "var s$ []int",
                &format!("\tvar s []int\n{lines}\ts$ = s"),
            );
            self.add(
                "append, one by one, stays",
                "",
                &format!("\tvar s []int\n{lines}\tuseInt(len(s))"),
            );
            self.of_int(
                "append, one by one, returned",
                "[]int",
                &format!("\tvar s []int\n{lines}\treturn s"),
                &[1],
            );
        }
        self.of_int(
            "append, spread",
            "[]int",
            "\txs := make([]int, n)\n\treturn append([]int(nil), xs...)",
            &[1, 7, 40],
        );
        self.of_int(
            "append, spread to literal",
            "[]byte",
            "\txs := make([]byte, n)\n\treturn append([]byte{1}, xs...)",
            &[1, 7, 40],
        );
        self.of_int(
            "append, a string",
            "[]byte",
            "\ts := \"hello, world\"\n\treturn append(make([]byte, 0, n), s...)",
            &[1, 12, 40],
        );
        self.of_int(
            "append, a make",
            "[]int",
            "\treturn append([]int{1}, make([]int, n)...)",
            &[0, 7, 40],
        );
    }
}
