//! Import declarations: what edits add to them and take from them.

use rustc_hash::FxHashSet;
use source::{Edit, Span};
use syntax::tree::{Decl, DeclId, GenKind, Spec, SpecId};
use types::{ObjId, ObjectKind};

use crate::{Refusal, Target};

/// The edits of import declarations that `edits` ask for: `needed` packages are imported, and those that
/// nothing refers to any longer are not.
pub(crate) fn edits(
    target: Target<'_>,
    edits: &[Edit],
    needed: &[&'static str],
) -> Result<Vec<Edit>, Refusal> {
    let mut missing: Vec<&str> =
        needed.iter().copied().filter(|path| !target.imports(path)).collect();
    missing.sort_unstable();
    let dropped = target.dropped(edits, needed);
    if missing.is_empty() && dropped.is_empty() {
        return Ok(Vec::new());
    }
    target.change_imports(&missing, &dropped)
}

/// An import declaration with its specifications.
struct Declaration {
    span: Span,
    lparen: Option<u32>,
    specs: Vec<SpecId>,
}

impl Target<'_> {
    fn spec_object(&self, spec: SpecId) -> Option<ObjId> {
        match self.file.tree.spec(spec) {
            Spec::Import { name: Some(ident), .. } => self.file.facts.defs[ident],
            Spec::Import { name: None, .. } => self.file.facts.implicit_imports.get(&spec).copied(),
            _ => None,
        }
    }

    /// Whether the file imports a package under a name that can be used.
    fn imports(&self, path: &str) -> bool {
        self.file.tree.imports.iter().any(|&spec| {
            let Some(object) = self.spec_object(spec) else { return false };
            let object = self.store.obj(object);
            let ObjectKind::PkgName(package) = object.kind else { return false };
            let usable = !object.name.is_blank() && object.name.as_str() != ".";
            usable && self.store.pkg(package).path.as_str() == path
        })
    }

    fn path(&self, spec: SpecId) -> &str {
        let Spec::Import { path, .. } = self.file.tree.spec(spec) else { return "" };
        let text = self.file.text.get(self.file.tree.expr_span(path).range());
        let text = text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("");
        text.trim_matches(['"', '`'])
    }

    /// Imports whose every use stands in text that is replaced.
    fn dropped(&self, edits: &[Edit], needed: &[&str]) -> Vec<SpecId> {
        let tree = &*self.file.tree;
        let gone = |at: u32| edits.iter().any(|edit| edit.span.contains(at));
        let mut touched = FxHashSet::default();
        let mut kept = FxHashSet::default();
        for (id, ident) in tree.idents() {
            let Some(object) = self.file.facts.uses[id] else { continue };
            if self.is_package(object) {
                if gone(ident.pos) {
                    touched.insert(object)
                } else {
                    kept.insert(object)
                };
            }
        }
        let unused = |&spec: &SpecId| {
            let Some(object) = self.spec_object(spec) else { return false };
            touched.contains(&object)
                && !kept.contains(&object)
                && !needed.contains(&self.path(spec))
                && !edits
                    .iter()
                    .any(|edit| mentions(&edit.text, self.store.obj(object).name.as_str()))
        };
        tree.imports.iter().copied().filter(unused).collect()
    }

    fn declarations(&self) -> Vec<Declaration> {
        let tree = &*self.file.tree;
        let of = |id: DeclId| match tree.decl(id) {
            Decl::Gen { kind: GenKind::Import, lparen, specs, .. } => Some(Declaration {
                span: tree.decl_span(id),
                lparen,
                specs: tree.list(specs).collect(),
            }),
            _ => None,
        };
        tree.decls.iter().filter_map(|&id| of(id)).collect()
    }

    fn change_imports(&self, missing: &[&str], dropped: &[SpecId]) -> Result<Vec<Edit>, Refusal> {
        let all = self.declarations();
        let mut edits = Vec::new();
        // `import "C"` stands alone, below the C code.
        let ordinary = |d: &&Declaration| !d.specs.iter().any(|&spec| self.path(spec) == "C");
        let block = all.iter().filter(ordinary).find(|d| d.lparen.is_some() && self.is_laid_out(d));
        let single = all.iter().filter(ordinary).find(|d| d.lparen.is_none());
        let mut replaced = None;
        if !missing.is_empty() {
            match (block, single) {
                (Some(block), _) => edits.extend(self.add_to_block(block, missing)),
                (None, Some(single)) => {
                    edits.push(self.add_to_single(single, missing, dropped));
                    replaced = single.specs.first().copied();
                }
                (None, None) => edits.push(self.add_declaration(missing)?),
            }
        }
        for declaration in &all {
            let gone: Vec<SpecId> = declaration
                .specs
                .iter()
                .copied()
                .filter(|spec| dropped.contains(spec) && Some(*spec) != replaced)
                .collect();
            let grows = block.is_some_and(|b| b.span == declaration.span) && !missing.is_empty();
            if gone.is_empty() {
                continue;
            }
            if gone.len() == declaration.specs.len() && !grows {
                edits.push(self.remove_lines(declaration.span, true));
                continue;
            }
            for spec in gone {
                edits.push(self.remove_lines(self.whole(spec), false));
            }
        }
        Ok(edits)
    }

    /// Whether each specification of a block has a line of its own.
    fn is_laid_out(&self, block: &Declaration) -> bool {
        let lines = &self.file.tree.lines;
        let line = |at: u32| lines.locate(at).line;
        let mut last = block.lparen.map_or(0, line);
        for &spec in &block.specs {
            let own = line(self.file.tree.spec_span(spec).start);
            if own <= last {
                return false;
            }
            last = own;
        }
        line(block.span.end.saturating_sub(1)) > last && !block.specs.is_empty()
    }

    /// A specification with the comment above it.
    fn whole(&self, spec: SpecId) -> Span {
        let span = self.file.tree.spec_span(spec);
        match self.file.tree.spec(spec) {
            Spec::Import { doc: Some(doc), .. } => {
                let comments = self.file.tree.comment_group(doc);
                comments.first().map_or(span, |first| span.cover(*first))
            }
            _ => span,
        }
    }

    /// Adds to the group of standard packages, each where its path is in order.
    fn add_to_block(&self, block: &Declaration, missing: &[&str]) -> Vec<Edit> {
        let groups = self.groups(block);
        let standard =
            groups.iter().find(|group| group.iter().any(|&spec| is_standard(self.path(spec))));
        let Some(group) = standard else {
            let first = self.line_start(self.whole(block.specs[0]).start);
            let lines: String = missing.iter().map(|path| format!("\t\"{path}\"\n")).collect();
            return vec![Edit { span: Span::new(first, first), text: format!("{lines}\n") }];
        };
        let mut edits: Vec<Edit> = Vec::new();
        for path in missing {
            let next = group.iter().find(|&&spec| self.path(spec) > *path);
            let at = match (next, group.last()) {
                (Some(&spec), _) => self.line_start(self.whole(spec).start),
                (None, Some(&last)) => self.next_line(self.file.tree.spec_span(last).end),
                (None, None) => continue,
            };
            edits.push(Edit { span: Span::new(at, at), text: format!("\t\"{path}\"\n") });
        }
        edits
    }

    /// The offset at which the line of an offset begins.
    fn line_start(&self, offset: u32) -> u32 {
        let lines = &self.file.tree.lines;
        lines.start(lines.locate(offset).line).unwrap_or(0)
    }

    /// The offset at which the line behind that of an offset begins.
    fn next_line(&self, offset: u32) -> u32 {
        let lines = &self.file.tree.lines;
        lines.start(lines.locate(offset).line + 1).unwrap_or(self.file.tree.len)
    }

    /// The specifications of a block, split at empty lines.
    fn groups(&self, block: &Declaration) -> Vec<Vec<SpecId>> {
        let lines = &self.file.tree.lines;
        let mut groups: Vec<Vec<SpecId>> = Vec::new();
        let mut last = 0;
        for &spec in &block.specs {
            let span = self.whole(spec);
            let line = lines.locate(span.start).line;
            match groups.last_mut() {
                Some(group) if line <= last + 1 => group.push(spec),
                _ => groups.push(vec![spec]),
            }
            last = lines.locate(span.end).line;
        }
        groups
    }

    /// Makes a block of `import "path"`, or another import of it when its own goes.
    fn add_to_single(&self, single: &Declaration, missing: &[&str], dropped: &[SpecId]) -> Edit {
        let spec = single.specs.first().map(|&spec| (spec, self.file.tree.spec_span(spec)));
        let mut lines: Vec<(String, String)> =
            missing.iter().map(|path| ((*path).to_owned(), format!("\"{path}\""))).collect();
        let Some((spec, span)) = spec else {
            return Edit { span: single.span, text: String::new() };
        };
        if !dropped.contains(&spec) {
            let text = self.file.text.get(span.range()).unwrap_or_default();
            let text = String::from_utf8_lossy(text).into_owned();
            let third_party = !is_standard(self.path(spec));
            lines.push((self.path(spec).to_owned(), text));
            lines.sort_by(|a, b| (!is_standard(&a.0), &a.0).cmp(&(!is_standard(&b.0), &b.0)));
            if third_party && let Some(last) = lines.last_mut() {
                last.1 = format!("\n\t{}", last.1);
            }
        }
        if let [(_, only)] = &lines[..] {
            return Edit { span, text: only.clone() };
        }
        let text: Vec<String> = lines
            .into_iter()
            .map(|(_, line)| match line.strip_prefix('\n') {
                Some(line) => format!("\n{line}\n"),
                None => format!("\t{line}\n"),
            })
            .collect();
        Edit { span, text: format!("(\n{})", text.concat()) }
    }

    /// A first import declaration, below the package clause.
    fn add_declaration(&self, missing: &[&str]) -> Result<Edit, Refusal> {
        let name = self.file.tree.name.ok_or(Refusal::Import)?;
        let at = self.line_end(self.file.tree.ident(name).span().end);
        let text = match missing {
            [path] => format!("\n\nimport \"{path}\""),
            paths => {
                let lines: Vec<String> = paths.iter().map(|p| format!("\t\"{p}\"\n")).collect();
                format!("\n\nimport (\n{})", lines.concat())
            }
        };
        Ok(Edit { span: Span::new(at, at), text })
    }

    /// The offset at which the line of an offset ends, its `\n` (and a `\r` before it) not included.
    fn line_end(&self, offset: u32) -> u32 {
        let tree = &*self.file.tree;
        let line = tree.lines.locate(offset).line;
        let Some(next) = tree.lines.start(line + 1) else { return tree.len };
        let end = next - 1;
        let cr = end > 0 && self.file.text.get(end as usize - 1) == Some(&b'\r');
        if cr { end - 1 } else { end }
    }

    /// Removes the lines of a range, and one of the empty lines around them where there are two or where
    /// nothing else is in the group.
    fn remove_lines(&self, span: Span, declaration: bool) -> Edit {
        let tree = &*self.file.tree;
        let first = tree.lines.locate(span.start).line;
        let last = tree.lines.locate(span.end).line;
        let start = tree.lines.start(first).unwrap_or(span.start);
        let mut end = tree.lines.start(last + 1).unwrap_or(tree.len);
        let empty = |line: u32| self.is_empty_line(line);
        let opens = first > 1 && self.ends_with_paren(first - 1);
        if empty(last + 1) && (declaration || opens || first > 1 && empty(first - 1)) {
            end = tree.lines.start(last + 2).unwrap_or(tree.len);
        }
        Edit { span: Span::new(start, end), text: String::new() }
    }

    fn line(&self, line: u32) -> Option<&[u8]> {
        let lines = &self.file.tree.lines;
        let start = lines.start(line)?;
        let end = lines.start(line + 1).unwrap_or(self.file.tree.len);
        Some(self.file.text.get(start as usize..end as usize)?.trim_ascii())
    }

    fn is_empty_line(&self, line: u32) -> bool {
        self.line(line).is_some_and(<[u8]>::is_empty)
    }

    fn ends_with_paren(&self, line: u32) -> bool {
        self.line(line).is_some_and(|text| text.ends_with(b"("))
    }
}

/// Whether a path is one of the standard library: its first element has no dot.
fn is_standard(path: &str) -> bool {
    !path.split('/').next().unwrap_or(path).contains('.')
}

/// Whether Go text has `name.` in it.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        text[at + name.len()..].starts_with('.')
            && !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
    })
}
