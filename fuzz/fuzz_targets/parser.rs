//! Any bytes are a tree, with or without bodies; every node lies inside of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source::NameCache;
use syntax::tree::Bodies;

fuzz_target!(|text: &[u8]| {
    let mut names = NameCache::new();
    for bodies in [Bodies::Parse, Bodies::Skip] {
        let file = syntax::parse(text, &syntax::Options { bodies }, &mut names);
        for (kind, start, end) in syntax::dump::nodes(&file) {
            // An error may leave a node that ends where it begins, never one outside of the text.
            assert!(
                start as usize <= text.len() && end as usize <= text.len() + 1,
                "{kind} {start} {end}"
            );
        }
        for error in &file.errors {
            assert!(error.span.start as usize <= text.len());
            let _ = file.position(error.span.start);
        }
    }
});
