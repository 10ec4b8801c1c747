//! Objects and variables.

use std::fmt::Write as _;

use super::{Cases, TYPES};

impl Cases {
    pub(super) fn objects(&mut self) {
        for (ty, value) in TYPES {
            let sink = format!("var s$ *{ty}");
            self.add("new, escapes", &sink, &format!("\ts$ = new({ty})"));
            self.of_int(
                "new, returned",
                &format!("*{ty}"),
                &format!("\tp := new({ty})\n\t*p = {value}\n\treturn p"),
                &[7],
            );
            self.add(
                "new, stays",
                "",
                &format!("\tn := 3\n\tp := new({ty})\n\t*p = {value}\n\tuseInt(n)"),
            );
        }
        for literal in ["S8{1}", "S24{A: 1}", "S2K{}", "E{}", "[3]int{1, 2, 3}", "[4]string{\"a\"}"]
        {
            let ty = literal.split('{').next().unwrap_or_default();
            self.add(
                "composite literal, escapes",
                &format!("var s$ *{ty}"),
                &format!("\ts$ = &{literal}"),
            );
            self.add(
                "composite literal, stays",
                "",
                &format!("\tp := &{literal}\n\tuseInt(int(len(string(\"ab\"))))\n\t_ = p"),
            );
        }
        self.add(
            "composite literal, nested",
            "type N$ struct { L, R *N$; V int }\n\nvar s$ *N$",
            "\ts$ = &N${L: &N${V: 1}, R: &N${V: 2}, V: 3}",
        );
        self.add(
            "composite literal, slices within",
            "type N$ struct { X []int; Y []string }\n\nvar s$ *N$",
            "\ts$ = &N${X: []int{1, 2, 3}, Y: []string{\"a\"}}",
        );
    }

    pub(super) fn variables(&mut self) {
        for (ty, value) in TYPES {
            self.of_int(
                "variable, returned",
                &format!("*{ty}"),
                &format!("\tx := {value}\n\treturn &x"),
                &[7],
            );
        }
        let small = ["int8", "int16", "int32", "int64", "float32", "[3]byte"];
        for (at, a) in small.iter().enumerate() {
            for b in &small[at..] {
                let outside = format!("var p$ *{a}\nvar q$ *{b}");
                self.add(
                    "variables, two",
                    &outside,
                    &format!("\tvar a {a}\n\tvar b {b}\n\tp$, q$ = &a, &b"),
                );
            }
        }
        for count in [3, 4, 5, 9] {
            for ty in ["int8", "int32", "int64"] {
                let mut body = String::new();
                for i in 0..count {
                    let _ = writeln!(body, "\tvar x{i} {ty}");
                }
                for i in 0..count {
                    let _ = writeln!(body, "\ts$[{i}] = &x{i}");
                }
                self.add("variables, several", &format!("var s$ [{count}]*{ty}"), &body);
            }
        }
        self.add("variables, a branch between", "var p$, q$ *int32", "\tvar a int32\n\tp$ = &a\n\tif sinkInt >= 0 {\n\t\tsinkInt = 0\n\t}\n\tvar b int32\n\tq$ = &b");
        self.add(
            "variables, a call between",
            "var p$, q$ *int32",
            "\tvar a int32\n\tp$ = &a\n\tuseInt(1)\n\tvar b int32\n\tq$ = &b",
        );
        self.add(
            "variables, an object between",
            "var p$, q$ *int32\nvar r$ *S8",
            "\tvar a int32\n\tp$ = &a\n\tr$ = &S8{}\n\tvar b int32\n\tq$ = &b",
        );
        self.add(
            "variables, mixed",
            "var p$ *int32\nvar q$ *string\nvar r$ *int32",
            "\tvar a int32\n\tvar b string\n\tvar c int32\n\tp$, q$, r$ = &a, &b, &c",
        );
        self.of_int(
            "variables, in a loop",
            "*int",
            "\tvar p *int\n\tfor i := 0; i < n; i++ {\n\t\tp = &i\n\t}\n\treturn p",
            &[3, 8],
        );
        self.of_int("variables, parameter", "*int", "\treturn &n", &[3]);
    }
}
