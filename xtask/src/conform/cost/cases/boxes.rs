//! Values in interfaces.

use super::{Cases, TYPES};

impl Cases {
    pub(super) fn boxes(&mut self) {
        for (ty, value) in TYPES.iter().filter(|(ty, _)| *ty != "any") {
            for n in [3, 300] {
                let outside =
                    format!("//go:noinline\nfunc f$(n int) any {{\n\tx := {value}\n\treturn x\n}}");
                let known = !matches!(*ty, "string" | "[]byte" | "float32" | "float64");
                if known {
                    self.add("box, escapes", &outside, &format!("\tsinkAny = f$({n})"));
                }
            }
            self.add(
                "box, stays",
                &format!(
                    "//go:noinline\nfunc f$(n int) bool {{\n\tx := {value}\n\treturn isNil(x)\n}}"
                ),
                "\tif f$(300) {\n\t\tsinkInt = 1\n\t}",
            );
            self.add(
                "box, generic",
                &format!("//go:noinline\nfunc f$(n int) any {{ return boxOf[{ty}]({value}) }}"),
                if matches!(*ty, "string" | "[]byte" | "float32" | "float64") {
                    "\tsinkInt = 0"
                } else {
                    "\tsinkAny = f$(300)"
                },
            );
        }
        for value in [
            "1",
            "1000",
            "\"\"",
            "\"a\"",
            "1.5",
            "nil",
            "'x'",
            "true",
            "S8{1}",
            "S24{A: 1}",
            "[2]int{1, 2}",
            "[2]int{}",
            "S2K{}",
            "struct{}{}",
            "int8(5)",
            "uint16(900)",
            "3i",
        ] {
            self.add("box, constant, escapes", "", &format!("\tsinkAny = {value}"));
            if value != "nil" {
                self.add(
                    "box, variable set once, escapes",
                    "",
                    &format!("\tx := {value}\n\tsinkAny = x"),
                );
            }
        }
        for text in ["", "a", "hello"] {
            self.add(
                "box, string",
                "//go:noinline\nfunc f$(s string) any { return s }",
                &format!("\tsinkAny = f$(\"{text}\")"),
            );
        }
        for len in [0, 1, 100] {
            self.add(
                "box, slice",
                "//go:noinline\nfunc f$(s []int) any { return s }",
                &format!("\tvar a [{len}]int\n\tsinkAny = f$(append([]int(nil), a[:]...))"),
            );
        }
        for n in [0, 1, 255, 256] {
            self.of_int("box, int", "any", "\treturn n", &[n]);
            self.of_int("box, named with methods", "Stringer", "\treturn Named(n)", &[n]);
        }
        self.add("box, struct with methods", "", "\tsinkStringer = S24{A: int64(sinkInt)}");
        self.add("box, pointer with methods", "", "\tsinkStringer = &S8{1}");
        self.of_int("box, variadic, stays", "int", "\treturn count(n, \"a\", 1.5)", &[3, 300]);
        self.of_int(
            "box, variadic, stays, strings",
            "int",
            "\ts := \"a\"\n\tif n > 1000 {\n\t\ts = \"b\"\n\t}\n\treturn count(n, s, n)",
            &[3, 300],
        );
        self.add(
            "box, variadic, kept",
            "//go:noinline\nfunc f$(n int) { keep(n, \"a\", 1.5) }",
            "\tf$(300)",
        );
        self.add(
            "variadic, ints, stays",
            "//go:noinline\nfunc f$(n int) int { return countInts(n, n, n) }",
            "\tsinkInt = f$(3)",
        );
        self.add("variadic, none", "", "\tsinkInt = count()");
        self.add(
            "panic, not reached",
            "//go:noinline\nfunc f$(n int) int {\n\tif n < 0 {\n\t\tpanic(n)\n\t}\n\treturn n\n}",
            "\tsinkInt = f$(300)",
        );
    }
}
