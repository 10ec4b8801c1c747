//! Sources that break parsers: odd bytes, deep nesting, great length.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use source::{NameCache, Span};
use syntax::tree::{Bodies, Decl, Expr, File, Stmt};
use syntax::walk::{Event, Node, walk};
use syntax::{MAX_NESTING, Options, dump};

fn parse(text: &[u8]) -> File {
    syntax::parse(text, &Options::default(), &mut NameCache::new())
}

fn messages(file: &File) -> Vec<(u32, &str)> {
    file.errors.iter().map(|error| (error.span.start, error.message.as_str())).collect()
}

#[test]
fn odd_bytes() {
    type Errors = &'static [(u32, &'static str)];
    let cases: &[(&[u8], Errors)] = &[
        (b"\xef\xbb\xbfpackage p\n", &[]),
        (b"package p\r\n\r\nvar x = `a\r\nb`\r\n// c\r\n", &[]),
        (b"package p // \xef\xbb\xbf\n", &[(13, "illegal byte order mark")]),
        (b"package p; var s = \"\x00\"\n", &[(20, "illegal character NUL")]),
        (
            b"package p; var s = `\xff` /* \xc3( */\n",
            &[(20, "illegal UTF-8 encoding"), (26, "illegal UTF-8 encoding")],
        ),
        (b"package p; var \xf0\x9f\x98\x80 int\n", &[(15, "illegal character U+1F600 '😀'")]),
        (
            b"\xff\xfep\x00a\x00",
            &[(0, "illegal UTF-8 encoding (got UTF-16)"), (6, "expected 'package', found 'EOF'")],
        ),
        ("package p; var größe٣ int\n".as_bytes(), &[]),
        ("package p; var ٣ int\n".as_bytes(), &[(15, "illegal character U+0663 '٣'")]),
    ];
    for (text, expected) in cases {
        let file = parse(text);
        let shown = String::from_utf8_lossy(text);
        assert_eq!(
            messages(&file).iter().take(2).copied().collect::<Vec<_>>(),
            *expected,
            "{shown}"
        );
        _ = dump::nodes(&file);
    }
}

#[test]
fn identifiers_keep_their_letters() {
    let file = parse("package p; var größe, 日本 int\n".as_bytes());
    let names: Vec<_> = file.idents().map(|(_, ident)| ident.name.as_str()).collect();
    assert_eq!(names, ["p", "größe", "日本", "int"]);
}

/// Text that opens and closes `depth` times.
fn nest(before: &str, open: &str, close: &str, after: &str, depth: usize) -> String {
    format!("package p\n{before}{}{after}{}\n", open.repeat(depth), close.repeat(depth))
}

/// A way to nest: before it, what opens, what closes, in the middle.
const NESTS: [(&str, &str, &str, &str); 15] = [
    ("var x = ", "(", ")", "1"),
    ("var x = ", "f(", ")", "1"),
    ("var x = ", "a[", "]", "1"),
    ("var x = ", "T{", "}", "1"),
    ("var x = T", "{", "}", ""),
    ("var x = ", "func() { _ = ", "}", "1"),
    ("var x ", "[]", "", "int"),
    ("var x ", "struct{ x ", "}", "int"),
    ("var x ", "interface{ m(x ", ") }", "int"),
    ("var x ", "func(", ")", ""),
    ("var x ", "map[", "]int", "int"),
    ("var x ", "T[", "]", "int"),
    ("func f() {", "{", "}", "}"),
    ("func f() {", "for {", "}", "}"),
    ("func f() {", "L:", "", "}"),
];

#[test]
fn nesting_is_bounded() {
    for (before, open, close, middle) in NESTS {
        let start = Instant::now();
        let deep = parse(nest(before, open, close, middle, 100_000).as_bytes());
        let faults = messages(&deep);
        assert!(
            faults.iter().any(|(_, m)| *m == "exceeded max nesting depth"),
            "{open}: {faults:?}"
        );
        assert!(faults.len() < 3, "{open}: {faults:?}");
        _ = dump::nodes(&deep);
        assert!(start.elapsed() < Duration::from_secs(5), "{open}: too slow");
    }
}

#[test]
fn half_the_bound_is_read() {
    for (before, open, close, middle) in NESTS {
        // Some of these take two levels or three each.
        let mut text = nest(before, open, close, middle, MAX_NESTING as usize / 4);
        if middle == "}" {
            // The function's own brace comes last.
            text = nest(before, open, close, "", MAX_NESTING as usize / 4) + "}\n";
        }
        let file = parse(text.as_bytes());
        assert_eq!(messages(&file), [], "{open}");
        assert!(dump::nodes(&file).len() > MAX_NESTING as usize / 4);
    }
}

#[test]
fn chains_are_no_nesting() {
    let sum = format!("package p\nvar x = 1{}\n", " + 1".repeat(99_999));
    let calls = format!("package p\nvar x = a{}\n", ".b()[0]".repeat(30_000));
    let prefixes = format!("package p\nvar x = {}1\n", "- ".repeat(100_000));
    let ifs = format!("package p\nfunc f() {{ if a {{}}{} }}\n", " else if b {}".repeat(50_000));
    for text in [sum, calls, prefixes, ifs] {
        let file = parse(text.as_bytes());
        assert_eq!(messages(&file), [], "{}", &text[..40]);
        assert!(dump::nodes(&file).len() > 50_000);
    }
    let endless = format!("package p\nvar x = 1{}\n", " + 1".repeat(1_000_000));
    assert_eq!(messages(&parse(endless.as_bytes())).len(), 1);
}

#[test]
fn a_file_of_50_megabytes() {
    let function = "// f does it.\nfunc f(a int, b string) error {\n\tif a > 1 {\n\t\treturn g(b, \"text\")\n\t}\n\treturn nil\n}\n\n";
    let count = (50 << 20) / function.len() + 1;
    let text = format!("package p\n\n{}", function.repeat(count));
    let file = parse(text.as_bytes());
    assert_eq!(messages(&file), []);
    assert_eq!(file.decls.len(), count);
    let skip = Options { bodies: Bodies::Skip };
    let skipped = syntax::parse(text.as_bytes(), &skip, &mut NameCache::new());
    assert_eq!(skipped.decls.len(), count);
    let last = skipped.decls[count - 1];
    assert_eq!(skipped.decl_span(last), file.decl_span(file.decls[count - 1]));
}

#[test]
fn rubbish_has_few_errors() {
    for rubbish in ["@", "(", "}", "func ", "\u{fffd}", "'", "x ", "if ", "case ", "[", "* "] {
        let text = format!("package p\nfunc f() {{\n{}", rubbish.repeat((1 << 20) / rubbish.len()));
        assert!(parse(text.as_bytes()).errors.len() <= 1000, "{rubbish}");
        let bytes = vec![rubbish.as_bytes()[0]; 1 << 20];
        assert!(parse(&bytes).errors.len() <= 1000, "{rubbish}");
    }
}

#[test]
fn skipped_bodies_end_where_they_should() {
    let text = r#"package p

func a() { _ = "}" + `}{` ; _ = '{' ; _ = '\'' ; _ = "\"}" } // behind a

func b() {
	// }
	/* } */
	if x { y := a / b; func() { z() }() }
//line other.go:10
}

var f = func() { kept() }

// Of c.
func c()

func d() {}
"#;
    let whole = parse(text.as_bytes());
    let options = Options { bodies: Bodies::Skip };
    let skipped = syntax::parse(text.as_bytes(), &options, &mut NameCache::new());
    assert_eq!(messages(&skipped), []);
    assert_eq!(skipped.decls.len(), whole.decls.len());
    for (&ours, &theirs) in skipped.decls.iter().zip(&whole.decls) {
        assert_eq!(skipped.decl_span(ours), whole.decl_span(theirs));
        if let Decl::Func { body: Some(body), doc, .. } = skipped.decl(ours) {
            assert_eq!(skipped.stmt(body), Stmt::SkippedBody);
            assert_eq!(doc, None);
        }
    }
    assert_eq!(skipped.line_directives, whole.line_directives);
    bodies_are_read_later(text.as_bytes(), &skipped);
    assert_eq!(skipped.position(text.len() as u32 - 2), whole.position(text.len() as u32 - 2));
    let unclosed = syntax::parse(b"package p\nfunc f() { {", &options, &mut NameCache::new());
    assert_eq!(messages(&unclosed), [(22, "expected '}', found 'EOF'")]);
}

/// What is read of a function alone is what the whole file has of it.
fn bodies_are_read_later(text: &[u8], skipped: &File) {
    let whole = parse(text);
    for (&outline, &declared) in skipped.decls.iter().zip(&whole.decls) {
        let span = skipped.decl_span(outline);
        if let Decl::Func { doc, .. } = skipped.decl(outline) {
            let comment = doc.map_or(span, |doc| skipped.comment_group(doc)[0]);
            let span = Span::new(comment.start, span.end);
            let positions = skipped.positions();
            let mut names = NameCache::new();
            let (alone, decl) = syntax::parse_function(text, span, &positions, &mut names);
            assert_eq!(messages(&alone), []);
            assert_eq!(nodes(&alone, Node::Decl(decl)), nodes(&whole, Node::Decl(declared)));
            assert_eq!(alone.locate(span.start), whole.locate(span.start));
            assert_eq!(alone.position(span.end), whole.position(span.end));
        }
    }
    let value = whole.exprs().find(|(_, expr)| matches!(expr, Expr::Func { .. })).unwrap().0;
    let (alone, expr) = syntax::parse_expression(
        text,
        whole.expr_span(value),
        &skipped.positions(),
        &mut NameCache::new(),
    );
    assert_eq!(nodes(&alone, Node::Expr(expr)), nodes(&whole, Node::Expr(value)));
}

/// Kinds and places of a node and all below it.
fn nodes(file: &File, root: Node) -> Vec<(&'static str, Span)> {
    let mut nodes = Vec::new();
    walk(file, root, |event| {
        if let Event::Enter(node) = event {
            nodes.push((dump::kind(file, node), node.span(file)));
        }
        true
    });
    nodes
}

#[test]
fn line_directives() {
    let text = "package p\n//line a.go:10\nvar a int\nvar b int\n/*line b.go:5:3*/var c int\nvar d int\n/*line :7:1*/var e int\n //line x.go:1\nvar f int\n//line :20\nvar g int\n//line bad\n//line c.go:x\n//line c.go:0\n/*line c.go:1:0*/\n//line C:\\d.go:4\nvar h int\n";
    let file = parse(text.as_bytes());
    let at = |name: &str| {
        let offset = text.find(&format!("var {name} ")).unwrap() as u32;
        let place = file.position(offset);
        (place.file.map(|file| file.as_str()), place.line, place.column)
    };
    assert_eq!(file.locate(text.find("var b").unwrap() as u32).line, 4);
    assert_eq!(at("a"), (Some("a.go"), 10, 0));
    assert_eq!(at("b"), (Some("a.go"), 11, 0));
    assert_eq!(at("c"), (Some("b.go"), 5, 3));
    assert_eq!(at("d"), (Some("b.go"), 6, 1));
    assert_eq!(at("e"), (Some("b.go"), 7, 1));
    assert_eq!(at("f"), (Some("b.go"), 9, 1));
    assert_eq!(at("g"), (Some(""), 20, 0));
    assert_eq!(at("h"), (Some("C:\\d.go"), 4, 0));
    let faults: Vec<_> = messages(&file).iter().map(|(_, message)| *message).collect();
    assert_eq!(
        faults,
        ["invalid line number: x", "invalid line number: 0", "invalid column number: 0",]
    );
}

#[test]
fn language_versions() {
    for (text, version) in [
        ("//go:build go1.22\n\npackage p\n", Some((1, 22))),
        ("// Copyright\n\n//go:build linux && go1.21\npackage p\n", Some((1, 21))),
        ("//go:build linux\n\npackage p\n", None),
        ("package p\n\n//go:build go1.22\n", None),
    ] {
        assert_eq!(parse(text.as_bytes()).go_version, version, "{text}");
    }
}

#[test]
fn tokens() {
    let (tokens, errors) = syntax::lex(b"package p // c\nx += 'a'");
    let spellings: Vec<_> = tokens.iter().map(|(token, _)| token.as_str()).collect();
    assert_eq!(spellings, ["package", "IDENT", "COMMENT", ";", "IDENT", "+=", "CHAR", ";"]);
    assert_eq!(errors, []);
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }
}

/// Whatever was read, nodes lie within the text and ids within their columns.
fn check_tree(file: &File, text: &[u8]) {
    let len = text.len() as u32;
    for (kind, start, end) in dump::nodes(file) {
        assert!(start <= len + 1 && end <= len + 1, "{kind} at {start} to {end} of {len}");
    }
    for error in &file.errors {
        assert!(error.span.end <= len + 1, "{error:?}");
    }
    for (id, _) in file.exprs() {
        file.children(Node::Expr(id), |child| {
            assert!(!matches!(child, Node::Expr(child) if child >= id), "operands come first");
        });
    }
    _ = dump::comments(file);
    _ = file.position(len);
}

#[test]
fn soups_of_tokens() {
    const PARTS: &[&str] = &[
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        ";",
        ":",
        "=",
        ":=",
        "...",
        ".",
        "*",
        "&",
        "<-",
        "~",
        "|",
        "+",
        "==",
        "++",
        "chan ",
        "func ",
        "\nfunc x",
        "type ",
        "\n",
        "\"s\"",
        "'c'",
        "`r`",
        "/*c*/",
        "//c\n",
        "1",
        "0x",
        " x ",
        "T",
        "interface",
        "struct",
        "map",
        "if ",
        "else ",
        "for ",
        "range ",
        "switch ",
        "case ",
        "default",
        "go ",
        "defer ",
        "return ",
        "goto ",
        "break ",
        "import ",
        "const ",
        "var ",
        "select ",
        "package ",
        "//line a:1\n",
        "'",
        "\"",
        "`",
        "/*",
        "#",
        "\u{fffd}",
    ];
    let mut dice = Dice(0x5eed);
    for _ in 0..5_000 {
        let mut text = "package p\n".to_owned();
        if dice.below(2) == 0 {
            text.push_str("func f() {\n");
        }
        for _ in 0..dice.below(60) {
            text.push_str(PARTS[dice.below(PARTS.len())]);
        }
        check_tree(&parse(text.as_bytes()), text.as_bytes());
        let skip = Options { bodies: Bodies::Skip };
        let skipped = syntax::parse(text.as_bytes(), &skip, &mut NameCache::new());
        check_tree(&skipped, text.as_bytes());
    }
}

#[test]
fn soups_of_bytes() {
    let mut dice = Dice(0xb17e5);
    for _ in 0..2_000 {
        let text: Vec<u8> = (0..dice.below(200)).map(|_| dice.below(256) as u8).collect();
        check_tree(&parse(&text), &text);
        _ = syntax::lex(&text);
    }
}

#[test]
fn errors_stay_inside_of_a_text_that_breaks_off() {
    let whole = "package p\n\nfunc f(x T) (y []int) {\n\tdefer\n\tgo\n\tfor i := range 10 {\n\t\tswitch x := x.(type) {\n\
        \t\tcase struct{ a, b int }:\n\t\t\ty = append(y, map[string]int{\"a\": 1}[\"a\"])\n\t\t}\n\t}\n\tdefer \n\t";
    for end in 0..=whole.len() {
        let text = &whole.as_bytes()[..end];
        for error in &parse(text).errors {
            assert!(error.span.end as usize <= end, "{end}: {error:?}");
        }
    }
}
