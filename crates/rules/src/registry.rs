//! The rules there are: a line for each file of `rules/`.

use crate::rule::Rule;

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        // The pages hold Go code, which is indented by tabs.
        #[allow(clippy::tabs_in_doc_comments)]
        #[path = "rules"]
        mod rules {
            $(pub(super) mod $module;)*
        }

        /// All rules, in the order of their codes.
        pub(crate) static RULES: &[&dyn Rule] = &[$(&rules::$module::RULE),*];

        /// Their files, which begin with their pages.
        pub(crate) static SOURCES: &[&str] =
            &[$(include_str!(concat!("rules/", stringify!($module), ".rs"))),*];
    };
}

rules! {
    sprintf,
    string_to_bytes,
    bytes_to_string,
    concat_in_loop,
    append_without_capacity,
    regexp_per_call,
    defer_in_loop,
    error_per_call,
    slice_per_call,
    hasher_per_call,
    sort_by_reflection,
    double_conversion,
    struct_padding,
}
