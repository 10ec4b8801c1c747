//! `unheap explain`, `unheap rules`

use crate::Exit;

/// Prints the page of a rule.
pub(crate) fn explain(rule: &str) -> Result<Exit, String> {
    let page = rules::explain(rule).ok_or_else(|| unknown_rule(rule))?;
    anstream::println!("{}", page.trim_end());
    Ok(Exit::Clean)
}

/// Lists the rules.
#[expect(clippy::unnecessary_wraps, reason = "as every command")]
pub(crate) fn rules() -> Result<Exit, String> {
    for rule in rules::all() {
        let meta = rule.meta();
        anstream::println!("{}  {:<24}  {}", meta.code, meta.name, meta.tier.as_str());
    }
    Ok(Exit::Clean)
}

/// What to say of a rule that there is not.
pub(crate) fn unknown_rule(name: &str) -> String {
    let nearest = rules::all()
        .iter()
        .flat_map(|rule| [rule.meta().code, rule.meta().name])
        .min_by_key(|known| distance(name, known));
    match nearest {
        Some(nearest) => format!(
            "there is no rule {name}; did you mean {nearest}? `unheap rules` lists them all"
        ),
        None => format!("there is no rule {name}"),
    }
}

/// Edits that turn one text into the other, whatever the case of letters (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances() {
        for (a, b, edits) in
            [("", "abc", 3), ("UH004", "uh004", 0), ("concat", "conact", 2), ("a", "b", 1)]
        {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }
}
