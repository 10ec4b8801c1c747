//! Unification: which type arguments make two types the same.
