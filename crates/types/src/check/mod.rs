//! The checker of one package.
