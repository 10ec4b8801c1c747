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
    buffer_per_call,
    sparse_pointer_field,
    marshal_per_message,
    regexp_per_call,
    pointer_map_key,
    defer_in_loop,
    error_per_call,
    finalizer,
    pointer_wrapper,
    unsafe_string_mutated,
    pooled_value_retained,
    side_table_pointer_key,
    mutable_sentinel,
    timer_reset_undrained,
    zero_copy_string,
    slab,
    struct_padding,
    unsafe_on_cold_path,
}
