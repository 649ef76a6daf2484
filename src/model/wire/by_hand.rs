//! A function that reads or writes a value by hand → the shape of what it hands that on to, where this is one thing.
//!
//! Who reads gives its deserializer to one type and makes something of what comes: it takes no more than the type does. Who writes names
//! in the method what it writes. Visitors, and what goes more than one way, decide for themselves.

use super::attributes::Serde;
use super::definition::Owner;
use super::{At, Bindings, Direction, Meaning, Wire};
use crate::basis::wire::{Format, Shape, Spot, Type, Width};
use crate::facts::rust::{expression, type_expr};
use crate::facts::{
    Expr, ExprKind, Fields, FunctionDeclaration, ItemId, ItemKind, Piece, ScopeKind, Statement, TypeExpr,
};
use crate::model::declared;
use crate::model::resolve::{Def, Namespace};
use crate::model::tree::ModuleRef;

/// A function of the repository, and what is bound where it stands.
struct Hand<'f> {
    function: &'f FunctionDeclaration,
    at: At,
    bindings: Bindings,
    direction: Direction,
}

/// What a function does with the one that it reads from or writes to.
enum Use {
    /// It hands it on to this type, as written.
    To(Box<str>),
    /// It hands it on to what lies in a field of its own.
    Field(Box<str>),
    /// It calls this method of it.
    Method(Box<str>),
}

impl Wire<'_, '_> {
    /// What a type is that implements the direction itself; `None` where its code does not show it.
    pub(super) fn implemented(&self, owner: &Owner<'_>) -> Option<Type> {
        let declaration = owner.declared.declaration();
        let (r#trait, name) = words(owner.direction);
        let file = &owner.declared.file;
        let mut functions = file
            .functions_in(|block| {
                block.of.name() == Some(&*declaration.name)
                    && block.r#trait.as_ref().and_then(TypeExpr::name) == Some(r#trait)
            })
            .filter(|function| *function.name == *name);
        let mut namesakes = file.types.iter().filter(|other| other.name == declaration.name);
        // Several may be meant under conditions, for type arguments, for a type of that name in another module.
        let (Some(function), None) = (functions.next(), functions.next()) else { return None };
        if namesakes.nth(1).is_some() {
            return None;
        }
        let (at, bindings) = (owner.declared.at, owner.bindings.clone());
        self.needs_function(at.0, file, function);
        let found = self.handed_on(&Hand { function, at, bindings, direction: owner.direction }, owner.at)?;
        // What may be null may be missing too, and of which only the code knows.
        (!found.nullable).then_some(found)
    }

    /// What a function is of that `with` and its like name: the one of this path, or that of the direction in a module of this path.
    pub(super) fn function_of(&self, path: &str, (owner, at): (&Owner<'_>, Spot)) -> Option<Type> {
        let (place, scope) = owner.declared.at;
        let inside = format!("{path}::{}", words(owner.direction).1);
        let mut paths = [path, &inside].into_iter();
        let defs = |path: &str| self.world.resolve(place, scope, path, Namespace::Value).defs;
        let (module, item) = paths.find_map(|path| match defs(path).as_slice() {
            [Def::Item(module, item)] => Some((*module, *item)),
            _ => None,
        })?;
        self.needs(module, Piece::List);
        let facts = self.world.facts_of(module)?;
        let found = facts.items.get(item.0 as usize).filter(|item| item.kind == ItemKind::Function)?;
        let all = self.world.declarations(self.world.module(module).file?)?;
        let function = &all.functions[declared::function_at(&facts, item, &all)?];
        self.needs_function(module, &all, function);
        let at_function = (module, found.scope);
        let hand = Hand { function, at: at_function, bindings: Bindings::new(), direction: owner.direction };
        self.handed_on(&hand, at)
    }

    fn handed_on(&self, hand: &Hand<'_>, at: Spot) -> Option<Type> {
        let value = hand.function.value.as_ref()?;
        let pattern = &hand.function.parameters.last()?.pattern;
        let name = pattern.trim_start_matches("mut ");
        // Who goes on where it cannot be read takes more than that.
        if hand.direction == Direction::Accepts && forgives(value) {
            return None;
        }
        let mut found: Option<Type> = None;
        for used in uses(value, name)? {
            let shape = self.of_use(&used, hand, at)?;
            if found.as_ref().is_some_and(|known| *known != shape) {
                return None;
            }
            found = Some(shape);
        }
        found.filter(|found| !matches!(found.shape, Shape::Any | Shape::Unknown(_)))
    }

    fn of_use(&self, used: &Use, hand: &Hand<'_>, at: Spot) -> Option<Type> {
        let expr = match used {
            Use::Method(name) => return Some(Type::new(method(name, hand.direction)?, at)),
            Use::Field(name) => return self.own_field(name, hand, at),
            Use::To(text) => type_expr(text)?,
        };
        let mut bindings = hand.bindings.clone();
        let unknown = || Meaning::unknown("the caller decides it");
        bindings.extend(hand.function.generics.iter().map(|generic| (generic.name.clone(), unknown())));
        let meaning = self.meaning(&expr, (self.inside(hand), &bindings), 0);
        let is_self = hand.bindings.iter().any(|(_, known)| *known == meaning);
        let is_known = !is_self && !matches!(meaning, Meaning::Unknown(_));
        is_known.then(|| self.shaped(&meaning, at, hand.direction))
    }

    /// What is in a field of the type that a function writes.
    fn own_field(&self, name: &str, hand: &Hand<'_>, at: Spot) -> Option<Type> {
        let (_, own) = hand.bindings.iter().find(|(name, _)| **name == *"Self")?;
        let Meaning::Own { module, item, .. } = own else { return None };
        let declared = self.declared(*module, *item)?;
        let fields = match &declared.declaration().fields {
            Fields::Named(fields) | Fields::Tuple(fields) => fields,
            Fields::Unit => return None,
        };
        let field = fields.iter().find(|field| *field.name == *name)?;
        let serde = Serde::read(&field.attributes, hand.direction);
        let meaning = self.meaning(&field.r#type, (declared.at, &hand.bindings), 0);
        (serde.with.is_none() && meaning != *own).then(|| self.shaped(&meaning, at, hand.direction))
    }

    /// Where the names in the body of a function are looked up: it may declare types of its own.
    fn inside(&self, hand: &Hand<'_>) -> At {
        let (module, scope) = hand.at;
        let within = || {
            let facts = self.world.facts_of(module)?;
            let is_it = |item: &crate::facts::Item| {
                item.kind == ItemKind::Function && item.site.span == hand.function.site.span
            };
            let item = (0..).map(ItemId).zip(&facts.items).find(|(_, item)| is_it(item))?.0;
            let at = facts.scopes.iter().position(|scope| scope.kind == ScopeKind::Block(Some(item)))?;
            let scope = crate::facts::ScopeId(u32::try_from(at).ok()?);
            let begins: ModuleRef = self.world.file_module(module);
            Some((self.world.module_at(begins, scope), scope))
        };
        within().unwrap_or((module, scope))
    }
}

/// The trait of a direction, and its function.
fn words(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::Accepts => ("Deserialize", "deserialize"),
        Direction::Emits => ("Serialize", "serialize"),
    }
}

/// Methods that make something of an error too.
const FORGIVING: [&str; 10] = [
    "ok",
    "or",
    "or_else",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "map_or",
    "map_or_else",
    "map_or_default",
    "is_ok",
];

/// Whether a function may go on where something could not be read.
pub(in crate::model) fn forgives(value: &Expr) -> bool {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        let forgives = if let ExprKind::Match { arms, .. } = &value.kind {
            arms.iter().any(|arm| arm.pattern.contains("Err("))
        } else if let ExprKind::If { condition, .. } = &value.kind {
            condition.contains("Ok(") || condition.contains("Err(")
        } else if let ExprKind::Method { name, .. } = &value.kind {
            FORGIVING.contains(&&**name)
        } else if let ExprKind::Block { statements, .. } = &value.kind {
            statements
                .iter()
                .any(|statement| matches!(statement, Statement::Let { name, .. } if name.starts_with("Ok(")))
        } else {
            false
        };
        if forgives {
            return true;
        }
        if let ExprKind::Method { receiver, name, .. } = &value.kind
            && &**name == "map_err"
        {
            // What is made of an error is one.
            open.push(receiver);
        } else {
            open.extend(value.inside());
        }
    }
    false
}

/// All that a function does with what has this name; `None` where something is done with it that is none of that.
fn uses(value: &Expr, name: &str) -> Option<Vec<Use>> {
    let is_it = |value: &Expr| matches!(&value.kind, ExprKind::Path(path) if **path == *name);
    let says = |text: &str| {
        let mut words = text.split(|char: char| !char.is_alphanumeric() && char != '_');
        words.any(|word| word == name)
    };
    let (mut found, mut met) = (Vec::new(), 0);
    let mut open: Vec<(&Expr, &str)> = vec![(value, "")];
    while let Some((value, r#type)) = open.pop() {
        met += usize::from(is_it(value));
        if let ExprKind::Block { statements, value: last, .. } = &value.kind {
            for statement in statements {
                let typed = if let Statement::Let { r#type, .. } = statement { &**r#type } else { "" };
                open.extend(statement.inside().into_iter().map(|inner| (inner, typed)));
            }
            open.extend(last.as_deref().map(|last| (last, "")));
            continue;
        }
        if let ExprKind::Macro { tokens, .. } = &value.kind {
            if says(tokens) {
                return None;
            }
        } else if let ExprKind::If { condition, .. } = &value.kind {
            // Which of both ways it goes makes no difference where they are the same.
            if says(&condition.replace(&format!("{name}.is_human_readable()"), "")) {
                return None;
            }
        } else if let ExprKind::Match { subject, .. } = &value.kind {
            if says(subject) {
                let inside = uses(&expression(subject)?, name)?;
                met += inside.len();
                found.extend(inside);
            }
        } else if let ExprKind::Call { callee, arguments, .. } = &value.kind {
            if arguments.last().is_some_and(is_it) {
                found.push(called((callee, arguments), r#type)?);
            }
        } else if let ExprKind::Method { receiver, name, arguments, .. } = &value.kind {
            if is_it(receiver) {
                found.push(Use::Method(name.clone()));
            } else if let ("serialize", [to]) = (&**name, arguments.as_slice())
                && is_it(to)
            {
                found.push(Use::Field(field(receiver)?));
            }
        }
        open.extend(value.inside().into_iter().map(|inner| (inner, "")));
    }
    // What stands anywhere else goes elsewhere.
    (met == found.len()).then_some(found)
}

/// What a call is handed that ends in it; `r#type` is that of the variable which the call stands behind.
fn called((callee, arguments): (&Expr, &[Expr]), r#type: &str) -> Option<Use> {
    let ExprKind::Path(path) = &callee.kind else { return None };
    let (owner, function) = path.rsplit_once("::")?;
    match (owner.rsplit("::").next()?, function, arguments) {
        ("Deserialize", "deserialize", [_]) if !r#type.is_empty() => Some(Use::To(r#type.into())),
        ("Serialize", "serialize", [held, _]) => field(held).map(Use::Field),
        ("Deserialize" | "Serialize", ..) => None,
        (_, "deserialize", [_]) | (_, "serialize", [_, _]) => Some(Use::To(owner.into())),
        _ => None,
    }
}

/// The field in `self.0`.
fn field(value: &Expr) -> Option<Box<str>> {
    let ExprKind::Field { receiver, name } = &value.kind else { return None };
    matches!(&receiver.kind, ExprKind::Path(path) if **path == *"self").then(|| name.clone())
}

/// What a method of a serializer or deserializer writes or reads, where its name says it. A visitor takes numbers of any kind.
fn method(name: &str, direction: Direction) -> Option<Shape> {
    let is_written = direction == Direction::Emits;
    let rest = match name {
        "collect_str" => "str",
        other => other.strip_prefix(words(direction).1)?.strip_prefix('_')?,
    };
    let int = |bits, signed| Shape::Int(Some(Width { bits, signed }));
    Some(match rest {
        "str" | "string" | "char" => Shape::Text(Format::Plain),
        "bool" => Shape::Bool,
        "f32" | "f64" => Shape::Number,
        "i8" if is_written => int(8, true),
        "i16" if is_written => int(16, true),
        "i32" if is_written => int(32, true),
        "i64" if is_written => int(64, true),
        "u8" if is_written => int(8, false),
        "u16" if is_written => int(16, false),
        "u32" if is_written => int(32, false),
        "u64" if is_written => int(64, false),
        _ => return None,
    })
}
