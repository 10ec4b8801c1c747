//! Any bytes are tokens and errors that lie in order, inside of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let (tokens, errors) = syntax::lex(text);
    let mut at = 0;
    for (_, span) in tokens {
        assert!(at <= span.start && span.start <= span.end && span.end as usize <= text.len());
        at = span.start;
    }
    for error in errors {
        assert!(error.span.start as usize <= text.len());
    }
});
