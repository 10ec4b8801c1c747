//! A rule's page: the comment that its file begins with.

use crate::rule::{FixSafety, Meta};

/// The page of a rule from the text of its file, with what is known of the rule below the heading.
pub(crate) fn page(meta: &Meta, source: &str) -> String {
    let mut lines = source.lines().map_while(|line| {
        let rest = line.strip_prefix("//!")?;
        Some(rest.strip_prefix(' ').unwrap_or(rest))
    });
    let heading = lines.next().unwrap_or("# ");
    let mut page = format!("{heading}\n\n{}\n", summary(meta));
    for line in lines {
        page.push_str(line);
        page.push('\n');
    }
    page
}

fn summary(meta: &Meta) -> String {
    let fix = match meta.fix {
        FixSafety::None => "no fix".to_owned(),
        fix => format!("fix: {}", fix.as_str()),
    };
    format!(
        "`{}` `{}` · tier: {} · {fix} · since {}",
        meta.code,
        meta.name,
        meta.tier.as_str(),
        meta.since
    )
}
