//! A profile lets more be inlined: functions that hot calls call may cost more, and so may what is inlined at these places.

#![allow(clippy::unwrap_used)]

#[path = "support/one_package.rs"]
mod one_package;

use escape::{Detail, Engine, HotCalls, lines};
use one_package::with_profile;

/// `large` costs too much to be inlined, and less than a hot function may.
fn text() -> String {
    let work = "\tn = n*3 + n/5 - n%7 + n*11 + n/13\n".repeat(8);
    format!(
        "package main\n\nfunc large(n int) int {{\n{work}\treturn n\n}}\n\n\
         func main() {{\n\tprintln(large(1))\n\tprintln(large(2))\n\tfunc() {{\n\t\tprintln(large(3))\n\t}}()\n}}\n"
    )
}

fn inlined(hot: Option<HotCalls>) -> Vec<u32> {
    let look = |engine: &Engine<'_>, unit| lines(engine, unit, Detail::Plain);
    let said = with_profile(&text(), 27, hot, look).into_iter();
    let mut at: Vec<u32> =
        said.filter(|line| line.text == "inlining call to large").map(|line| line.line).collect();
    at.sort_unstable();
    at
}

#[test]
fn hot_calls_are_inlined() {
    let main = text().lines().position(|line| line == "func main() {").unwrap() as u32 + 1;
    assert_eq!(inlined(None), [] as [u32; 0]);
    // The second call, by its line in `main`.
    assert_eq!(inlined(Some(HotCalls::new([("main.main", "main.large", 2)]))), [main + 2]);
    // Elsewhere nothing is hot; that `large` is called by hot calls does not suffice.
    assert_eq!(inlined(Some(HotCalls::new([("main.other", "main.large", 2)]))), [] as [u32; 0]);
    assert_eq!(inlined(Some(HotCalls::new([("main.main", "main.main", 2)]))), [] as [u32; 0]);
}
