//! What people write: several operations that work on one another.

use super::Cases;

impl Cases {
    /// What people write: several operations that work on one another.
    pub(super) fn mixtures(&mut self) {
        for n in [1, 3, 12] {
            self.of_int("mixture, closures in a loop", "[]func() int", "\tvar fs []func() int\n\tfor i := range n {\n\t\tfs = append(fs, func() int { return i })\n\t}\n\treturn fs", &[n]);
            self.of_int("mixture, pointers in a loop", "[]*S24", "\tps := make([]*S24, 0, n)\n\tfor i := 0; i < n; i++ {\n\t\tps = append(ps, &S24{A: int64(i)})\n\t}\n\treturn ps", &[n]);
            self.of_int("mixture, map of slices", "map[int][]int", "\tm := map[int][]int{}\n\tfor i := 0; i < n; i++ {\n\t\tm[i] = make([]int, i)\n\t}\n\treturn m", &[n]);
            self.of_int("mixture, matrix", "[][]float64", "\trows := make([][]float64, n)\n\tfor i := range rows {\n\t\trows[i] = make([]float64, n)\n\t}\n\treturn rows", &[n]);
            self.of_int("mixture, list", "*S24", "\ttype node struct {\n\t\tnext *node\n\t\tv int\n\t}\n\tvar head *node\n\tfor i := 0; i < n; i++ {\n\t\thead = &node{head, i}\n\t}\n\tif head == nil {\n\t\treturn nil\n\t}\n\treturn &S24{A: int64(head.v)}", &[n]);
            self.of_int("mixture, text in a loop", "string", "\ts := \"\"\n\tfor i := 0; i < n; i++ {\n\t\ts += \"ab\" + s\n\t\tif len(s) > 100 {\n\t\t\tbreak\n\t\t}\n\t}\n\treturn s", &[n]);
            self.of_int("mixture, bytes built", "string", "\tb := make([]byte, 0, 8)\n\tfor i := 0; i < n; i++ {\n\t\tb = append(b, byte(i), '-')\n\t}\n\treturn string(b)", &[n]);
            self.of_int("mixture, bytes built, small", "string", "\tvar b []byte\n\tfor i := 0; i < n; i++ {\n\t\tb = append(b, \"xyz\"...)\n\t}\n\treturn string(b)", &[n]);
            self.of_int("mixture, boxed in a loop", "[]any", "\tvar xs []any\n\tfor i := 0; i < n; i++ {\n\t\txs = append(xs, i+250)\n\t}\n\treturn xs", &[n]);
            self.of_int("mixture, filter", "[]int", "\tvar kept []int\n\tfor i := range n {\n\t\tif i%2 == 0 {\n\t\t\tkept = append(kept, i)\n\t\t}\n\t}\n\treturn kept", &[n]);
            self.of_int("mixture, two slices", "int", "\tvar a, b []int\n\tfor i := range n {\n\t\ta = append(a, i)\n\t\tb = append(b, a...)\n\t}\n\treturn len(a) + len(b)", &[n]);
            self.of_int("mixture, struct with slice", "*S24", "\ttype acc struct{ xs []int }\n\tvar a acc\n\tfor i := range n {\n\t\ta.xs = append(a.xs[:0:0], i)\n\t}\n\treturn &S24{A: int64(len(a.xs))}", &[n]);
            self.of_int("mixture, switch", "any", "\tswitch n {\n\tcase 1:\n\t\treturn new(int)\n\tcase 3:\n\t\treturn []int{n}\n\tdefault:\n\t\treturn \"x\"\n\t}", &[n]);
            self.of_int("mixture, capacity used", "[]int", "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\tif cap(s) > 1000 {\n\t\treturn nil\n\t}\n\treturn s", &[n]);
            self.of_int("mixture, slice returned twice", "[]int", "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\tif len(s) > 5 {\n\t\treturn s\n\t}\n\ts = append(s, 1)\n\treturn s", &[n]);
            self.of_int(
                "mixture, slice in a struct",
                "*[]int",
                "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\treturn &s",
                &[n],
            );
            self.of_int("mixture, named result", "[]int", "\tg := func() (s []int) {\n\t\tfor i := range n {\n\t\t\ts = append(s, i)\n\t\t}\n\t\treturn\n\t}\n\treturn g()", &[n]);
            self.of_int("mixture, range then returned", "[]int", "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\tfor _, x := range s {\n\t\tsinkInt += x\n\t}\n\treturn s", &[n]);
            self.of_int(
                "mixture, element address",
                "*int",
                "\tvar s []int\n\tfor i := range n {\n\t\ts = append(s, i)\n\t}\n\treturn &s[0]",
                &[n],
            );
        }
        self.add(
            "mixture, deep sum",
            "//go:noinline\nfunc f$(x, y string) string {\n\tx += y + x\n\treturn x\n}",
            "\tsinkString = f$(\"abcdefghijklmnop\", \"qrstuvwxyzabcdefghi\")",
        );
        self.add(
            "mixture, sum of rune",
            "//go:noinline\nfunc f$(x string, r rune) string { return x + string(r) }",
            "\tsinkString = f$(\"abc\", 'x')",
        );
        for n in [1, 3] {
            self.add("mixture, defer in range over function", "//go:noinline\nfunc f$(n int) {\n\tfor i := range upTo(n) {\n\t\tdefer useInt(i)\n\t}\n}", &format!("\tf$({n})"));
        }
        let defers = "\tdefer useInt(n)\n".repeat(10);
        self.add(
            "mixture, many defers",
            &format!("//go:noinline\nfunc f$(n int) {{\n{defers}}}"),
            "\tf$(1)",
        );
        self.add("mixture, defer and result on the heap", "//go:noinline\nfunc f$(n int) (r *int, x int) {\n\tdefer func() { x++ }()\n\treturn &x, n\n}", "\tf$(1)");
        self.add("mixture, go and wait", "//go:noinline\nfunc f$(n int) int {\n\tc := make(chan int)\n\tgo func() { c <- n }()\n\treturn <-c\n}", "\tsinkInt = f$(1)");
        self.add("mixture, go with operands", "//go:noinline\nfunc g$(c chan int, n int) { c <- n }\n\n//go:noinline\nfunc f$(n int) int {\n\tc := make(chan int, 1)\n\tgo g$(c, n)\n\treturn <-c\n}", "\tsinkInt = f$(1)");
        self.add("mixture, error", "type e$ struct{ code int }\n\nfunc (e *e$) Error() string { return \"e\" }\n\n//go:noinline\nfunc f$(n int) error {\n\tif n > 2 {\n\t\treturn &e${n}\n\t}\n\treturn nil\n}", "\tif f$(1) != nil || f$(3) == nil {\n\t\tsinkInt = 1\n\t}");
        self.add("mixture, interface devirtualised", "//go:noinline\nfunc f$(n int) int {\n\tvar s Stringer = Named(n)\n\treturn len(s.String())\n}", "\tsinkInt = f$(300)");
        self.add("mixture, options", "type o$ struct{ a, b int }\n\nfunc a$(n int) func(*o$) { return func(o *o$) { o.a = n } }\n\n//go:noinline\nfunc f$(fs ...func(*o$)) *o$ {\n\to := &o${}\n\tfor _, f := range fs {\n\t\tf(o)\n\t}\n\treturn o\n}\n\nvar s$ *o$", "\ts$ = f$()");
        self.add(
            "mixture, bytes in a literal",
            "var s$ [][]byte",
            "\ts$ = [][]byte{[]byte(\"a\"), []byte(\"bcdefghijklmnopqrstuvwxyz\"), nil}",
        );
        self.add(
            "mixture, three indices",
            "//go:noinline\nfunc f$(s []int) []int { return append(s[0:2:3], 1, 2) }",
            "\tvar a [8]int\n\tsinkInt = len(f$(a[:]))",
        );
        self.add(
            "mixture, map with struct keys",
            "type k$ struct{ a, b string }\n\nvar s$ map[k$]int",
            "\ts$ = map[k$]int{{\"a\", \"b\"}: 1}",
        );
        self.add(
            "mixture, array of objects",
            "var s$ *[3]*int",
            "\ts$ = &[3]*int{new(int), nil, new(int)}",
        );
        self.add(
            "mixture, swap",
            "var p$, q$ *[]int",
            "\ta, b := []int{1}, []int{2, 3}\n\ta, b = b, a\n\tp$, q$ = &a, &b",
        );
        self.add("mixture, slice of array moved", "var s$ []int", "\tvar a [10]int\n\ts$ = a[2:5]");
        self.add("mixture, large box stays", "//go:noinline\nfunc f$(n int) bool {\n\tvar a [300]int\n\ta[0] = n\n\treturn isNil(a)\n}", "\tif f$(1) {\n\t\tsinkInt = 1\n\t}");
    }
}
