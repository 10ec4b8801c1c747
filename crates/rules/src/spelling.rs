//! Words that are spelt almost right.

/// The known word that is spelt most like `word`, whatever the case of letters; none where nothing is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = 1 + word.chars().count() / 3;
    let distances = known.into_iter().map(|known| (distance(word, known), known));
    // Of several the first: the answer does not depend on how they are ordered otherwise.
    distances.min_by_key(|(distance, _)| *distance).filter(|(d, _)| *d <= most).map(|(_, k)| k)
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
    use super::*;

    #[test]
    fn distances() {
        for (a, b, edits) in
            [("", "abc", 3), ("UH004", "uh004", 0), ("concat", "conact", 2), ("a", "b", 1)]
        {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }

    #[test]
    fn only_what_may_be_meant_is_near() {
        let known = ["exclude", "include", "rules"];
        for (word, expected) in [
            ("excldue", Some("exclude")),
            ("Rules", Some("rules")),
            ("rule", Some("rules")),
            ("because", None),
            ("x", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
