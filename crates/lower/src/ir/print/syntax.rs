//! How operations are written, and how strongly they bind.

use super::super::op::Op;

impl Op {
    /// As in Go's syntax where it has one: `+`, `len`. The name otherwise.
    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Addr | Self::And => "&",
            Self::Add | Self::AddStr => "+",
            Self::AndAnd => "&&",
            Self::AndNot => "&^",
            Self::Append => "append",
            Self::As | Self::As2 => "=",
            Self::Break => "break",
            Self::Cap => "cap",
            Self::Case => "case",
            Self::Clear => "clear",
            Self::Close => "close",
            Self::Complex => "complex",
            Self::BitNot | Self::Xor => "^",
            Self::Continue => "continue",
            Self::Copy => "copy",
            Self::Delete => "delete",
            Self::Defer => "defer",
            Self::Div => "/",
            Self::Eq => "==",
            Self::Fall => "fallthrough",
            Self::For => "for",
            Self::Ge => ">=",
            Self::Goto => "goto",
            Self::Gt => ">",
            Self::If => "if",
            Self::Imag => "imag",
            Self::InlMark => "inlmark",
            Self::Deref | Self::Mul => "*",
            Self::Len => "len",
            Self::Le => "<=",
            Self::Lsh => "<<",
            Self::Lt => "<",
            Self::Neg | Self::Sub => "-",
            Self::Max => "max",
            Self::Min => "min",
            Self::Mod => "%",
            Self::New => "new",
            Self::Ne => "!=",
            Self::Not => "!",
            Self::OrOr => "||",
            Self::Or => "|",
            Self::Panic => "panic",
            Self::Plus => "+",
            Self::Println => "println",
            Self::Print => "print",
            Self::Range => "range",
            Self::Real => "real",
            Self::Recv | Self::Send => "<-",
            Self::Recover => "recover",
            Self::Return => "return",
            Self::Rsh => ">>",
            Self::Select => "select",
            Self::Switch => "switch",
            Self::UnsafeAdd => "unsafe.Add",
            Self::UnsafeSlice => "unsafe.Slice",
            Self::UnsafeSliceData => "unsafe.SliceData",
            Self::UnsafeString => "unsafe.String",
            Self::UnsafeStringData => "unsafe.StringData",
            _ => self.name(),
        }
    }

    /// How strongly it binds, from 1 for `||` to 8 for what needs no parentheses; 0 for what has no syntax of its own, which
    /// gets parentheses everywhere.
    pub(super) const fn precedence(self) -> u8 {
        match self {
            Self::Append
            | Self::Bytes2Str
            | Self::ArrayLit
            | Self::SliceLit
            | Self::Runes2Str
            | Self::CallFunc
            | Self::CallInter
            | Self::Cap
            | Self::Clear
            | Self::Close
            | Self::ConvIface
            | Self::ConvNop
            | Self::Conv
            | Self::Copy
            | Self::Delete
            | Self::Getg
            | Self::Len
            | Self::Literal
            | Self::MakeSlice
            | Self::MapLit
            | Self::Max
            | Self::Min
            | Self::Name
            | Self::New
            | Self::Nil
            | Self::Nonname
            | Self::Panic
            | Self::Paren
            | Self::Println
            | Self::Print
            | Self::RuneStr
            | Self::Slice2Arr
            | Self::Slice2ArrPtr
            | Self::Str2Bytes
            | Self::Str2Runes
            | Self::StructLit
            | Self::Type
            | Self::UnsafeAdd
            | Self::UnsafeSlice
            | Self::UnsafeSliceData
            | Self::UnsafeString
            | Self::UnsafeStringData
            | Self::IndexMap
            | Self::Index
            | Self::Slice
            | Self::SliceStr
            | Self::SliceArr
            | Self::Slice3
            | Self::Slice3Arr
            | Self::DotInter
            | Self::DotPtr
            | Self::DotType2
            | Self::DotType
            | Self::Dot
            | Self::MethValue
            | Self::MethExpr => 8,
            Self::Plus
            | Self::Not
            | Self::BitNot
            | Self::Neg
            | Self::Addr
            | Self::Deref
            | Self::Recv => 7,
            Self::Mul
            | Self::Div
            | Self::Mod
            | Self::Lsh
            | Self::Rsh
            | Self::And
            | Self::AndNot => 6,
            Self::Add | Self::Sub | Self::Or | Self::Xor => 5,
            Self::Eq | Self::Lt | Self::Le | Self::Ge | Self::Gt | Self::Ne => 4,
            Self::Send => 3,
            Self::AndAnd => 2,
            Self::OrOr => 1,
            _ => 0,
        }
    }
}
