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
    concat_in_loop,
    append_without_capacity,
    goroutine_closure,
    boxed_argument,
    time_after_in_loop,
    regexp_per_call,
    defer_in_loop,
    error_per_call,
    map_without_size,
    scratch_per_turn,
    reset_to_nil,
    eager_allocation,
    struct_padding,
}
