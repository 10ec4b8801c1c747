//! Maps and channels.

use super::Cases;

impl Cases {
    pub(super) fn maps(&mut self) {
        for (key, value) in [
            ("int", "int"),
            ("string", "string"),
            ("int32", "E"),
            ("int", "[200]byte"),
            ("S24", "*int"),
        ] {
            for hint in ["", ", 0", ", 8", ", 9", ", 100"] {
                self.add(
                    "make map, escapes",
                    &format!("var s$ map[{key}]{value}"),
                    &format!("\ts$ = make(map[{key}]{value}{hint})"),
                );
                self.add(
                    "make map, stays",
                    "",
                    &format!("\tm := make(map[{key}]{value}{hint})\n\tuseInt(len(m))"),
                );
            }
            self.of_int(
                "make map, variable hint",
                &format!("map[{key}]{value}"),
                &format!("\treturn make(map[{key}]{value}, n)"),
                &[0, 8, 20],
            );
        }
        for (key, of) in [("int", "i"), ("int32", "int32(i)"), ("uint64", "uint64(i)")] {
            for value in ["int", "string", "E", "[200]byte"] {
                let body = format!(
                    "\tm := make(map[{key}]{value})\n\tvar zero {value}\n\tfor i := 0; i < n; i++ {{\n\t\tm[{of}] = zero\n\t}}\n"
                );
                self.of_int(
                    "map, filled, escapes",
                    &format!("map[{key}]{value}"),
                    &format!("{body}\treturn m"),
                    &[1, 8, 9, 20, 100],
                );
                self.of_int(
                    "map, filled, stays",
                    "int",
                    &format!("{body}\treturn len(m)"),
                    &[1, 8, 9, 30],
                );
            }
        }
        let entries =
            |count: usize| (0..count).map(|i| format!("{i}: {i}")).collect::<Vec<_>>().join(", ");
        for count in [0, 1, 8, 9, 26, 60] {
            let literal = format!("map[int]int{{{}}}", entries(count));
            self.add("map literal, escapes", "var s$ map[int]int", &format!("\ts$ = {literal}"));
            self.add("map literal, stays", "", &format!("\tm := {literal}\n\tuseInt(len(m))"));
        }
        self.add(
            "map literal, strings",
            "var s$ map[string]string",
            "\ts$ = map[string]string{\"a\": \"b\", \"c\": \"d\"}",
        );
    }

    pub(super) fn channels(&mut self) {
        for elem in ["int", "E", "*int", "string", "S24", "byte"] {
            for len in [0, 1, 10] {
                self.add(
                    "make chan, escapes",
                    &format!("var s$ chan {elem}"),
                    &format!("\ts$ = make(chan {elem}, {len})"),
                );
            }
            self.add(
                "make chan, stays",
                "",
                &format!("\tc := make(chan {elem}, 1)\n\tuseInt(cap(c))"),
            );
            self.of_int(
                "make chan, variable",
                &format!("chan {elem}"),
                &format!("\treturn make(chan {elem}, n)"),
                &[5],
            );
        }
    }
}
