//! Function literals, method values, defers, generic functions, call shapes.

use super::Cases;

impl Cases {
    pub(super) fn functions(&mut self) {
        for (what, body) in [
            ("captures nothing", "\treturn func() int { return 7 }"),
            ("captures a value", "\treturn func() int { return n }"),
            ("captures two values", "\tm := int32(n)\n\treturn func() int { return n + int(m) }"),
            ("captures a string", "\ts := sinkString\n\treturn func() int { return len(s) + n }"),
            (
                "captures by reference",
                "\tx := 0\n\treturn func() int {\n\t\tx++\n\t\treturn x\n\t}",
            ),
            (
                "captures two by reference",
                "\tx, y := 0, int32(0)\n\treturn func() int {\n\t\tx++\n\t\ty++\n\t\treturn x\n\t}",
            ),
            ("captures a large value", "\tvar a [20]int\n\treturn func() int { return a[0] }"),
            ("captures a small array", "\tvar a [4]int\n\treturn func() int { return a[0] + n }"),
        ] {
            self.of_int(&format!("closure, {what}, escapes"), "func() int", body, &[3]);
            let stays = body.replace("\treturn func", "\tf := func");
            self.of_int(
                &format!("closure, {what}, stays"),
                "int",
                &format!("{stays}\n\treturn call(f)"),
                &[3],
            );
        }
        self.of_int(
            "closure, within another",
            "func() func() int",
            "\treturn func() func() int {\n\t\treturn func() int { return n }\n\t}",
            &[3],
        );
        self.of_int(
            "closure, called",
            "int",
            "\tf := func(k int) *int { return &k }\n\treturn *f(n)",
            &[3],
        );
        self.add(
            "method value, escapes",
            "type T$ struct{ A, B int }\n\nfunc (t T$) M() int { return t.A }\n\nvar s$ func() int",
            "\tt := T${A: sinkInt}\n\ts$ = t.M",
        );
        self.add("method value, pointer", "type T$ struct{ A, B int }\n\nfunc (t *T$) M() int { return t.A }\n\nvar s$ func() int", "\tt := &T${A: sinkInt}\n\ts$ = t.M");
        self.add(
            "method value, interface",
            "var s$ func() string",
            "\tsinkStringer = Named(1)\n\ts$ = sinkStringer.String",
        );
        self.add(
            "method value, stays",
            "type T$ struct{ A, B int }\n\nfunc (t T$) M() int { return t.A }",
            "\tt := T${A: sinkInt}\n\tsinkInt = call(t.M)",
        );
        self.add("method expression", "type T$ struct{ A, B int }\n\nfunc (t T$) M() int { return t.A }\n\nvar s$ func(T$) int", "\ts$ = T$.M");
        self.add("defer, plain", "//go:noinline\nfunc g$(n int) { sinkInt = n }\n\n//go:noinline\nfunc f$(n int) { defer g$(n) }", "\tf$(3)");
        self.add(
            "defer, closure",
            "//go:noinline\nfunc f$(n int) (r int) {\n\tdefer func() { r += n }()\n\treturn n\n}",
            "\tsinkInt = f$(3)",
        );
        self.add(
            "defer, conditional",
            "//go:noinline\nfunc f$(n int) {\n\tif n > 2 {\n\t\tdefer useInt(n)\n\t}\n}",
            "\tf$(3)",
        );
        for n in [1, 4] {
            self.add("defer, in a loop", "//go:noinline\nfunc f$(n int) {\n\tfor i := 0; i < n; i++ {\n\t\tdefer useInt(i)\n\t}\n}", &format!("\tf$({n})"));
            self.add("defer, in a loop, no operands", "//go:noinline\nfunc g$() {}\n\n//go:noinline\nfunc f$(n int) {\n\tfor i := 0; i < n; i++ {\n\t\tdefer g$()\n\t}\n}", &format!("\tf$({n})"));
        }
    }

    pub(super) fn shapes(&mut self) {
        for ty in ["int", "string", "S24", "*int", "E", "byte"] {
            self.add(
                "generic, new, escapes",
                &format!("var s$ *{ty}"),
                &format!("\ts$ = newOf[{ty}]()"),
            );
            self.add(
                "generic, new, stays",
                "",
                &format!("\tp := newOf[{ty}]()\n\tif p == nil {{\n\t\tsinkInt++\n\t}}"),
            );
            for n in [0, 3, 40] {
                self.add(
                    "generic, make",
                    &format!("var s$ []{ty}"),
                    &format!("\ts$ = makeOf[{ty}]({n})"),
                );
            }
        }
        self.of_int(
            "generic, mapped",
            "[]string",
            "\treturn mapped(make([]int, n), func(int) string { return \"a\" })",
            &[1, 9],
        );
        self.of_int(
            "range over function",
            "int",
            "\tsum := 0\n\tfor i := range upTo(n) {\n\t\tsum += i\n\t}\n\treturn sum",
            &[3],
        );
        self.of_int(
            "range over function, escapes",
            "*int",
            "\tvar p *int\n\tfor i := range upTo(n) {\n\t\tp = &i\n\t}\n\treturn p",
            &[3],
        );
        self.of_int(
            "range over integer",
            "[]*int",
            "\tvar ps []*int\n\tfor i := range n {\n\t\tps = append(ps, &i)\n\t}\n\treturn ps",
            &[3, 10],
        );
        for (what, body) in [
            ("callee returns object", "\treturn g$(n)"),
            ("callee returns object, unused", "\tg$(n)\n\treturn nil"),
        ] {
            for shape in ["", "//go:noinline\n"] {
                let outside = format!(
                    "{shape}func g$(n int) *S8 {{ return &S8{{int64(n)}} }}\n\n//go:noinline\nfunc f$(n int) *S8 {{\n{body}\n}}"
                );
                self.add(
                    &format!("call, {what}"),
                    &format!("{outside}\n\nvar s$ *S8"),
                    "\ts$ = f$(3)",
                );
            }
        }
        for shape in ["", "//go:noinline\n"] {
            self.add(
                "call, pointer parameter stays",
                &format!("{shape}func g$(p *S24) int64 {{ return p.A }}"),
                "\tx := S24{A: int64(sinkInt)}\n\tsinkInt = int(g$(&x))",
            );
            self.add(
                "call, pointer parameter leaks",
                &format!("var s$ *S24\n\n{shape}func g$(p *S24) {{ s$ = p }}"),
                "\tx := S24{A: int64(sinkInt)}\n\tg$(&x)",
            );
            self.add(
                "call, pointer parameter returned",
                &format!("{shape}func g$(p *S24) *S24 {{ return p }}"),
                "\tx := S24{A: int64(sinkInt)}\n\tsinkInt = int(g$(&x).A)",
            );
            self.add("call, method", &format!("type T$ struct {{ n int }}\n\n{shape}func (t *T$) Add() *T$ {{\n\tt.n++\n\treturn t\n}}\n\nvar s$ int"), "\tt := &T${}\n\ts$ = t.Add().Add().n");
            self.add("call, two results", &format!("{shape}func g$(n int) (*int, []int) {{\n\tx := n\n\treturn &x, make([]int, n)\n}}\n\nvar s$ *int\nvar t$ []int"), "\ts$, t$ = g$(5)");
            self.add("call, slice filled", &format!("{shape}func g$(dst []int, n int) []int {{\n\tfor i := 0; i < n; i++ {{\n\t\tdst = append(dst, i)\n\t}}\n\treturn dst\n}}"), "\tvar a [8]int\n\tsinkInt = len(g$(a[:0], 6))");
            self.add("call, recursive", &format!("type T$ struct {{ l, r *T$ }}\n\n{shape}func g$(n int) *T$ {{\n\tif n == 0 {{\n\t\treturn nil\n\t}}\n\treturn &T${{g$(n - 1), g$(n - 1)}}\n}}\n\nvar s$ *T$"), "\ts$ = g$(4)");
        }
        self.of_int(
            "large, variable",
            "int",
            "\tvar a [200000]byte\n\ta[n] = 1\n\treturn len(a)",
            &[3],
        );
        self.of_int(
            "large, new",
            "int",
            "\tp := new([70000]byte)\n\tp[n] = 1\n\treturn len(p)",
            &[3],
        );
        self.of_int(
            "large, make",
            "int",
            "\tp := make([]byte, 65537)\n\tp[n] = 1\n\treturn len(p)",
            &[3],
        );
    }
}
