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
    buffer_per_call,
    goroutine_closure,
    boxed_argument,
    sparse_pointer_field,
    time_after_in_loop,
    marshal_per_message,
    regexp_per_call,
    pointer_map_key,
    defer_in_loop,
    error_per_call,
    slice_per_call,
    finalizer,
    pointer_wrapper,
    map_without_size,
    scratch_per_turn,
    reset_to_nil,
    hasher_per_call,
    eager_allocation,
    sort_by_reflection,
    double_conversion,
    unsafe_string_mutated,
    pooled_value_retained,
    side_table_pointer_key,
    mutable_sentinel,
    timer_reset_undrained,
    destination_not_truncated,
    missing_close,
    generic_bloat,
    zero_copy_string,
    slab,
    struct_padding,
    tiny_pool,
    unsafe_on_cold_path,
}
