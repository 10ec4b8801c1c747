//! Directives before a function's declaration.

/// The `//go:` directives that change what is inlined or what escapes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash, Debug)]
pub struct Pragmas(u16);

macro_rules! pragmas {
    ($($(#[$meta:meta])* $name:ident = $bit:literal, $text:literal;)*) => {
        impl Pragmas {
            $($(#[$meta])* pub const $name: Self = Self(1 << $bit);)*

            /// The directive of this name, without `//go:`; nothing where it does not matter here.
            #[must_use]
            pub fn named(name: &str) -> Self {
                match name {
                    $($text => Self::$name,)*
                    _ => Self::default(),
                }
            }
        }
    };
}

pragmas! {
    /// `//go:noinline`
    NOINLINE = 0, "noinline";
    /// `//go:noescape`: a function without a body lets no parameter escape.
    NOESCAPE = 1, "noescape";
    /// `//go:nosplit`
    NOSPLIT = 2, "nosplit";
    /// `//go:norace`
    NORACE = 3, "norace";
    /// `//go:nocheckptr`
    NOCHECKPTR = 4, "nocheckptr";
    /// `//go:systemstack`
    SYSTEMSTACK = 5, "systemstack";
    /// `//go:nowritebarrier`
    NOWRITEBARRIER = 6, "nowritebarrier";
    /// `//go:nowritebarrierrec`
    NOWRITEBARRIERREC = 7, "nowritebarrierrec";
    /// `//go:yeswritebarrierrec`: never inlined.
    YESWRITEBARRIERREC = 8, "yeswritebarrierrec";
    /// `//go:cgo_unsafe_args`: never inlined.
    CGO_UNSAFE_ARGS = 9, "cgo_unsafe_args";
    /// `//go:uintptrkeepalive`: arguments converted to uintptr live until the call returns.
    UINTPTRKEEPALIVE = 10, "uintptrkeepalive";
    /// `//go:uintptrescapes`: arguments converted to uintptr escape.
    UINTPTRESCAPES = 11, "uintptrescapes";
    /// `//go:linkname`: the function may be implemented elsewhere.
    LINKNAME = 12, "linkname";
}

impl Pragmas {
    /// No directive.
    pub const NONE: Self = Self(0);

    /// Whether it has all of `other`.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has any of `other`.
    #[must_use]
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
