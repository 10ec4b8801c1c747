//! Strings: sums and conversions.

use super::Cases;

impl Cases {
    pub(super) fn texts(&mut self) {
        let long = "abcdefghijklmnopqrstuvwxyz";
        for (x, y) in [
            ("", ""),
            ("a", ""),
            ("a", "b"),
            (&long[..20], "bcd"),
            (long, "12345"),
            (long, "123456"),
            (long, "1234567"),
            (long, long),
        ] {
            for (kind, end) in [
                ("escapes", "\tsinkString = f$(\"X\", \"Y\")"),
                ("stays", "\tsinkInt = f$(\"X\", \"Y\")"),
            ] {
                let end = end.replace('X', x).replace('Y', y);
                let (result, give) =
                    if kind == "escapes" { ("string", "x + y") } else { ("int", "lenOf(x + y)") };
                for (shape, called) in [("//go:noinline\n", "called"), ("", "inlined")] {
                    let outside =
                        format!("{shape}func f$(x, y string) {result} {{ return {give} }}");
                    self.add(&format!("concatenation, {kind}, {called}"), &outside, &end);
                }
            }
            let outside =
                "//go:noinline\nfunc f$(x, y string) string { return x + \", \" + y + \".\" }";
            self.add(
                "concatenation, literals",
                outside,
                &format!("\tsinkString = f$(\"{x}\", \"{y}\")"),
            );
            let outside =
                "//go:noinline\nfunc f$(x, y string) string { return x + y + x + y + x + y + x }";
            self.add(
                "concatenation, many",
                outside,
                &format!("\tsinkString = f$(\"{x}\", \"{y}\")"),
            );
            let outside = "//go:noinline\nfunc f$(x, y string) string {\n\tx += y\n\treturn x\n}";
            self.add(
                "concatenation, assigned",
                outside,
                &format!("\tsinkString = f$(\"{x}\", \"{y}\")"),
            );
            let outside = "//go:noinline\nfunc f$(x, y string) int {\n\tx += y\n\treturn len(x)\n}";
            self.add(
                "concatenation, assigned, stays",
                outside,
                &format!("\tsinkInt = f$(\"{x}\", \"{y}\")"),
            );
            let outside = "//go:noinline\nfunc f$(x, y string) []byte { return []byte(x + y) }";
            self.add(
                "concatenation, to bytes",
                outside,
                &format!("\tsinkBytes = f$(\"{x}\", \"{y}\")"),
            );
            let outside =
                "//go:noinline\nfunc f$(x, y string) int { return lenOfBytes([]byte(x + y)) }";
            self.add(
                "concatenation, to bytes, stays",
                outside,
                &format!("\tsinkInt = f$(\"{x}\", \"{y}\")"),
            );
        }
        self.of_int(
            "concatenation, in a loop",
            "string",
            "\ts := \"\"\n\tfor i := 0; i < n; i++ {\n\t\ts += \"xy\"\n\t}\n\treturn s",
            &[1, 5, 40],
        );
        self.conversions();
    }

    pub(super) fn conversions(&mut self) {
        let long = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
        for len in [0, 1, 5, 20, 32, 33, 50] {
            let text = &long[..len];
            let of_string = |result: &str, body: &str| {
                format!("//go:noinline\nfunc f$(s string) {result} {{\n{body}\n}}")
            };
            let string_call = |sink: &str| format!("\t{sink} = f$(\"{text}\")");
            self.add(
                "string to bytes, escapes",
                &of_string("[]byte", "\treturn []byte(s)"),
                &string_call("sinkBytes"),
            );
            self.add(
                "string to bytes, written",
                &of_string(
                    "int",
                    "\tb := []byte(s)\n\tfor i := range b {\n\t\tb[i] = 1\n\t}\n\treturn len(b)",
                ),
                &string_call("sinkInt"),
            );
            self.add(
                "string to bytes, read",
                &of_string("int", "\treturn lenOfBytes([]byte(s))"),
                &string_call("sinkInt"),
            );
            self.add("string to bytes, ranged", &of_string("int", "\tsum := 0\n\tfor _, c := range []byte(s) {\n\t\tsum += int(c)\n\t}\n\treturn sum"), &string_call("sinkInt"));
            self.add(
                "string to bytes, constant, escapes",
                "",
                &format!("\tsinkBytes = []byte(\"{text}\")"),
            );
            self.add("string to bytes, constant, stays", "", &format!("\tb := []byte(\"{text}\")\n\tfor i := range b {{\n\t\tb[i]++\n\t}}\n\tuseInt(len(b))"));
            self.add(
                "string to runes, escapes",
                &of_string("[]rune", "\treturn []rune(s)"),
                &string_call("sinkRunes"),
            );
            self.add(
                "string to runes, stays",
                &of_string(
                    "int",
                    "\tr := []rune(s)\n\tfor i := range r {\n\t\tr[i] = 1\n\t}\n\treturn len(r)",
                ),
                &string_call("sinkInt"),
            );
            self.add(
                "string to runes, counted",
                &of_string("int", "\treturn len([]rune(s))"),
                &string_call("sinkInt"),
            );
            let of_bytes = |result: &str, body: &str| {
                format!("//go:noinline\nfunc f$(b []byte) {result} {{\n{body}\n}}")
            };
            let bytes_call = |sink: &str| format!("\tvar b [{len}]byte\n\t{sink} = f$(b[:])");
            self.add(
                "bytes to string, escapes",
                &of_bytes("string", "\treturn string(b)"),
                &bytes_call("sinkString"),
            );
            self.add(
                "bytes to string, stays",
                &of_bytes("int", "\treturn lenOf(string(b))"),
                &bytes_call("sinkInt"),
            );
            self.add(
                "bytes to string, compared",
                &of_bytes("bool", "\treturn string(b) == \"abc\""),
                &format!("\tvar b [{len}]byte\n\tif f$(b[:]) {{\n\t\tsinkInt = 1\n\t}}"),
            );
            self.add(
                "bytes to string, measured",
                &of_bytes("int", "\treturn len(string(b))"),
                &bytes_call("sinkInt"),
            );
            self.add(
                "bytes to string, in a sum",
                &of_bytes("string", "\treturn \"<\" + string(b) + \">\""),
                &bytes_call("sinkString"),
            );
            self.add(
                "bytes to string, looked up",
                &format!("var m$ map[string]int\n\n{}", of_bytes("int", "\treturn m$[string(b)]")),
                &bytes_call("sinkInt"),
            );
            self.add(
                "bytes to string, looked up with ok",
                &format!(
                    "var m$ map[string]int\n\n{}",
                    of_bytes(
                        "int",
                        "\tif x, ok := m$[string(b)]; ok {\n\t\treturn x\n\t}\n\treturn 0"
                    )
                ),
                &bytes_call("sinkInt"),
            );
            self.add(
                "bytes to string, looked up by variable",
                &format!(
                    "var m$ map[string]int\n\n{}",
                    of_bytes("int", "\ts := string(b)\n\treturn m$[s]")
                ),
                &bytes_call("sinkInt"),
            );
            self.add("bytes to string, switched", &of_bytes("int", "\tswitch string(b) {\n\tcase \"a\":\n\t\treturn 1\n\tcase \"bc\":\n\t\treturn 2\n\t}\n\treturn 0"), &bytes_call("sinkInt"));
            self.add(
                "bytes to string, through string",
                &of_bytes("[]byte", "\treturn []byte(string(b))"),
                &bytes_call("sinkBytes"),
            );
        }
        self.add(
            "rune to string, escapes",
            "//go:noinline\nfunc f$(r rune) string { return string(r) }",
            "\tsinkString = f$('x')",
        );
        self.add(
            "rune to string, stays",
            "//go:noinline\nfunc f$(r rune) int { return lenOf(string(r)) }",
            "\tsinkInt = f$('x')",
        );
        self.add(
            "runes to string, empty",
            "//go:noinline\nfunc f$(r []rune) string { return string(r) }",
            "\tsinkString = f$(nil)",
        );
    }
}
