//! The shape of what one Rust file says.

use serde::{Deserialize, Serialize};

use super::Body;
use crate::basis::{Reason, Site};

/// Index into [`FileFacts::scopes`]; 0 is the file itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScopeId(pub u32);

/// Index into [`FileFacts::items`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemId(pub u32);

/// Index into [`FileFacts::cfgs`]; 0 is "always".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CfgId(pub u32);

/// Index into [`FileFacts::macro_calls`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallId(pub u32);

/// Everything that one Rust file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Lexical scopes that can declare names; parents before children. The first is the file's module.
    pub scopes: Vec<Scope>,
    /// Conditions, each the conjunction with those around it. The first is "always".
    pub cfgs: Vec<Cfg>,
    /// Items, in source order, parents before children.
    pub items: Vec<Item>,
    /// `mod x;` declarations.
    pub modules: Vec<ModDecl>,
    /// Leaves of `use` trees and `extern crate` declarations.
    pub imports: Vec<Import>,
    /// Paths outside `use` declarations, in source order.
    pub paths: Vec<PathUse>,
    /// Macro calls, those of the standard library's macros inside bodies left out.
    pub macro_calls: Vec<MacroCall>,
    /// What the `macro_rules!` definitions among the items say; not of very long ones.
    pub macros: Vec<MacroRules>,
    /// Calls of `include!` whose path is known.
    pub includes: Vec<Include>,
    /// Functions, constants and statics whose value matters to routes, lowered.
    pub bodies: Vec<Body>,
    /// What could not be read; a whole-file reason has line 0.
    pub unread: Vec<Unread>,
}

impl FileFacts {
    /// The facts of a file of which nothing could be read but `unread`: an empty module.
    pub fn unreadable(unread: Vec<Unread>) -> Self {
        let root = Scope { parent: None, kind: ScopeKind::File, cfg: CfgId(0) };
        Self { scopes: vec![root], cfgs: vec![Cfg::default()], unread, ..Self::default() }
    }

    /// The block in the body of `item`, another than `around`, in which a `use` brings the name that a path begins with.
    /// `None` where several do that bring different things: which of them is meant is not seen from the path.
    pub fn imported_inside(&self, item: ItemId, around: ScopeId, path: &str) -> Option<ScopeId> {
        let first = path.split("::").next();
        let brings = |import: &&Import| {
            import.item == Some(item) && import.scope != around && Some(&*import.name) == first
        };
        let mut all = self.imports.iter().filter(brings);
        let import = all.next()?;
        all.all(|other| other.path == import.path).then_some(import.scope)
    }

    /// Whether a scope itself declares a function, constant or static with this name, or imports something by it.
    pub fn declares(&self, scope: ScopeId, name: &str) -> bool {
        let is_value =
            |item: &&Item| matches!(item.kind, ItemKind::Function | ItemKind::Const | ItemKind::Static);
        let mut items = self.items.iter().filter(is_value);
        let mut imports = self.imports.iter().filter(|import| import.scope == scope && !import.glob);
        items.any(|item| item.scope == scope && *item.name == *name)
            || imports.any(|import| *import.name == *name)
    }
}

/// A place where names can be declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The scope around it; `None` for the file.
    pub parent: Option<ScopeId>,
    /// What it is.
    pub kind: ScopeKind,
    /// Under which condition it is compiled.
    pub cfg: CfgId,
}

/// What a scope is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeKind {
    /// The file's own module.
    File,
    /// `mod name { … }`; the module is also an item.
    Module(ItemId),
    /// A block that declares items or holds a `use`; the item is the one whose body it belongs to.
    Block(Option<ItemId>),
}

/// A condition under which code is compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cfg {
    /// As written, several conditions joined with ` and `: `feature = "x" and unix`. Empty for "always".
    pub text: Box<str>,
    /// Whether it implies that this is test code.
    pub test: TestMark,
}

/// Whether a condition makes code test code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TestMark {
    /// It is not test code.
    #[default]
    No,
    /// The condition implies `test` (or the item is a test function).
    Yes,
    /// `any(test, feature = "a", …)`: test code where none of these features is on by default.
    UnlessDefault(Vec<Box<str>>),
}

/// Who may name an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    /// The module it is declared in, and below; also `pub(self)`.
    #[default]
    Private,
    /// `pub`.
    Public,
    /// `pub(crate)`, `pub(super)`, `pub(in path)`: the path as written (`crate`, `super`, `crate::a`).
    Restricted(Box<str>),
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ItemKind {
    /// `fn`, free or in an `impl`, a trait or an `extern` block (then [`Item::parent`] says where).
    Function,
    /// `struct`.
    Struct,
    /// `enum`.
    Enum,
    /// A variant of an enum.
    Variant,
    /// `union`.
    Union,
    /// `trait`.
    Trait,
    /// `trait A = …` or `type A = …`, free or associated.
    TypeAlias,
    /// `const`.
    Const,
    /// `static`.
    Static,
    /// `macro_rules!` or `macro`.
    Macro,
    /// `mod x { … }` (`mod x;` is a [`ModDecl`] and no item).
    Module,
    /// An `impl` block; its name is `<Type>` or `<Type as Trait>`, paths cut down to their last segment.
    Impl,
}

impl ItemKind {
    /// Whether the item is named in the type namespace (`true`), the value namespace, or both for tuple and unit structs.
    pub fn in_types(self) -> bool {
        matches!(
            self,
            Self::Struct
                | Self::Enum
                | Self::Variant
                | Self::Union
                | Self::Trait
                | Self::TypeAlias
                | Self::Module
        )
    }

    /// Whether the item can be named as a value.
    pub fn in_values(self) -> bool {
        matches!(self, Self::Function | Self::Struct | Self::Variant | Self::Const | Self::Static)
    }
}

/// One item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The name without `r#`; see [`ItemKind::Impl`] for blocks.
    pub name: Box<str>,
    /// What it is.
    pub kind: ItemKind,
    /// The scope it is declared in. For members of a block, enum or trait: the scope that the parent is declared in.
    pub scope: ScopeId,
    /// The `impl`, trait or enum that it is a member of, or the function that it is declared inside of.
    pub parent: Option<ItemId>,
    /// Who may name it. Members of traits and variants have the visibility of their parent.
    pub visibility: Visibility,
    /// The whole item, attributes included.
    pub site: Site,
    /// The name alone (for an `impl`: the header up to its brace).
    pub name_site: Site,
    /// The condition of the item, those around it included.
    pub cfg: CfgId,
    /// Attributes that may matter (not documentation, derives or lints), in order.
    pub attributes: Vec<Attribute>,
    /// For a macro: whether `#[macro_export]` stands over it. For others `false`.
    pub exported: bool,
    /// For a macro: whether its definition holds `mod`, `use`, a path into a module (`crate::…`, `$crate::…`, `self::…`,
    /// `super::…`) or something that looks like a route registration. For others `false`.
    pub declares: bool,
    /// A hash of the item's tokens, the name and attributes left out: equal for an item that was only moved.
    pub tokens: u64,
    /// A hash of its tokens up to its body, attributes left out: of a function what it takes and gives, of a block whose it is; of all
    /// of it where it has no body.
    pub header: u64,
}

impl Item {
    /// Whether its name can be called as a macro: it is one, or a function that is one for other crates.
    pub fn in_macros(&self) -> bool {
        let is_procedural =
            |attribute: &Attribute| matches!(&*attribute.path, "proc_macro" | "proc_macro_attribute");
        self.kind == ItemKind::Macro || self.attributes.iter().any(is_procedural)
    }

    /// The name that can stand in `#[derive(…)]` because of this function: of `#[proc_macro_derive(Name, …)]`.
    pub fn derive(&self) -> Option<&str> {
        let attribute = self.attributes.iter().find(|attribute| &*attribute.path == "proc_macro_derive")?;
        attribute.arguments.split(',').next().map(str::trim).filter(|name| !name.is_empty())
    }
}

/// An attribute of an item, `#[path(arguments)]` or `#[path = value]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// The path as written, blanks left out.
    pub path: Box<str>,
    /// The text between the delimiters (whatever they are) or behind `=`; empty when there is neither. An attribute inside
    /// `cfg_attr(…)` is listed as if it stood alone.
    pub arguments: Box<str>,
    /// The whole attribute.
    pub site: Site,
}

/// A `mod x;` declaration: the module is another file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModDecl {
    /// The name without `r#`.
    pub name: Box<str>,
    /// The scope that declares it.
    pub scope: ScopeId,
    /// `#[path = "…"]` as written (also from `cfg_attr`).
    pub path: Option<Box<str>>,
    /// Who may name it.
    pub visibility: Visibility,
    /// The condition, those around it included.
    pub cfg: CfgId,
    /// The whole declaration.
    pub site: Site,
    /// Whether `#[macro_use]` stands over it.
    pub macro_use: bool,
}

/// One leaf of a `use` tree, or an `extern crate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The path as written, groups written out, `r#` and blanks left out: `crate::db::Pool`. A leading `::` is kept.
    /// `use a::{self}` is `a`. For a glob: the path before `::*` (empty for `use *`).
    pub path: Box<str>,
    /// The name it brings into scope; `_` for `as _`. Empty for a glob.
    pub name: Box<str>,
    /// Whether it is `path::*`.
    pub glob: bool,
    /// Whether it stands as `self` in a group (only the type namespace is imported then).
    pub is_self: bool,
    /// Whether it is an `extern crate`; `path` is then the crate's name (`self` for `extern crate self as x`).
    pub extern_crate: bool,
    /// The scope it is declared in.
    pub scope: ScopeId,
    /// The item whose body it stands in, if any.
    pub item: Option<ItemId>,
    /// Who may name it: anything but private hands the name on.
    pub visibility: Visibility,
    /// The condition, those around it included.
    pub cfg: CfgId,
    /// The leaf: the whole path where it is written in one piece, in a group only the part inside the innermost braces.
    pub site: Site,
    /// The whole declaration, `pub` and `;` included.
    pub statement: Site,
}

/// Where a path stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PathKind {
    /// In a type, a bound, a generic argument; also the name of a struct expression or struct pattern, which is a type's.
    Type,
    /// In an expression or a pattern.
    Value,
    /// What a macro call names.
    MacroName,
    /// Among the tokens of a macro call or definition.
    MacroTokens,
    /// What a macro call among such tokens names.
    MacroInTokens,
    /// An attribute, or a derive inside one.
    Attribute,
    /// The trait or the self type of an `impl` header.
    Impl,
    /// The module that `pub(crate)`, `pub(super)` or `pub(in path)` names, once for each scope: no use of anything.
    Visibility,
}

impl PathKind {
    /// Whether it stands among tokens, so that it is one only by its looks.
    pub fn is_among_tokens(self) -> bool {
        matches!(self, Self::MacroTokens | Self::MacroInTokens)
    }
}

/// A path outside `use`, as written.
///
/// Left out: `Self` and what begins with it, names of generic parameters in scope, bare lower-case names in expressions that
/// are bound locally, and repetitions of the same path, kind and enclosing item (the first is kept; see `count`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathUse {
    /// The path without generic arguments, blanks and `r#`: `crate::db::Pool`, `Pool`, `::serde::Serialize`,
    /// `$crate::x`. Of `<T as a::Trait>::f` there are two: `T` and `a::Trait`.
    pub path: Box<str>,
    /// Where it stands.
    pub kind: PathKind,
    /// The innermost scope around it.
    pub scope: ScopeId,
    /// The innermost item around it, members of `impl` blocks included; `None` at module level.
    pub item: Option<ItemId>,
    /// The condition it is compiled under.
    pub cfg: CfgId,
    /// Where it stands (first).
    pub site: Site,
    /// How often it stands in this item, in this kind and scope.
    pub count: u32,
}

/// A macro call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroCall {
    /// The macro's path as written.
    pub path: Box<str>,
    /// The scope it stands in.
    pub scope: ScopeId,
    /// The item it stands in, if any.
    pub item: Option<ItemId>,
    /// The condition, those around it included.
    pub cfg: CfgId,
    /// Where it stands.
    pub position: Position,
    /// The text between the delimiters, cut at 64 KiB.
    pub arguments: Box<str>,
    /// Where that text stands, all of it.
    pub arguments_site: Site,
    /// The macro's path.
    pub name_site: Site,
    /// The whole call.
    pub site: Site,
}

impl MacroCall {
    /// How much of the text between the delimiters is kept, in bytes.
    pub(super) const KEPT: usize = 64 << 10;

    /// Whether the end of what it is told may be missing.
    pub fn is_cut(&self) -> bool {
        // The cut lies between two characters.
        self.arguments.len() + char::MAX.len_utf8() > Self::KEPT
    }
}

/// Where a macro call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Position {
    /// Where items stand: at the level of a module, in an `impl` or a trait.
    Item,
    /// In a body, a type or a pattern.
    Body,
}

/// What a `macro_rules!` definition says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroRules {
    /// The macro.
    pub item: ItemId,
    /// The text between the outermost delimiters: the arms.
    pub rules: Box<str>,
}

/// `include!("path")`: the file is read as if it stood here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Include {
    /// The path, put together where `concat!` does that.
    pub path: Box<str>,
    /// Whether it counts from the folder of the package (`CARGO_MANIFEST_DIR`), not of the file.
    pub from_package: bool,
    /// The scope it stands in.
    pub scope: ScopeId,
    /// The condition, those around it included.
    pub cfg: CfgId,
    /// Whether it stands where items stand: the file then holds items, elsewhere an expression.
    pub of_items: bool,
    /// The whole call.
    pub site: Site,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Why; one of `syntax`, `too-large`, `too-much-work`, `not-utf8`, `lfs-pointer`.
    pub reason: Reason,
    /// The part; line 0 means the whole file.
    pub site: Site,
    /// The text there, one line, at most 120 characters.
    pub text: Box<str>,
}
