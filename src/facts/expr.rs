//! The shape of lowered code: what the evaluator of routes reads instead of a syntax tree.
//!
//! Lowering is lossy on purpose: parentheses, references, `?`, `.await`, `.into()`-like calls stay method calls, and what has
//! no meaning for a route is [`ExprKind::Other`]. It says nothing about frameworks.

use serde::{Deserialize, Serialize};

use super::{CallId, CfgId, ItemId, ScopeId};
use crate::basis::Site;

/// A function, closure-holding constant or static whose value may matter to routes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The function, `const` or `static`.
    pub item: ItemId,
    /// The scope in which the body's paths are looked up.
    pub scope: ScopeId,
    /// Parameters in order, `self` included; empty for constants.
    pub parameters: Vec<Parameter>,
    /// The declared result type as written, blanks folded; empty when there is none.
    pub result: Box<str>,
    /// What it computes.
    pub value: Expr,
}

/// A parameter of a function or closure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The bound name; empty when the pattern is not a single name.
    pub name: Box<str>,
    /// The whole pattern as written: `Path(id)`.
    pub pattern: Box<str>,
    /// The type as written, blanks folded; empty in closures without one.
    pub r#type: Box<str>,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub site: Site,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExprKind {
    /// A string literal, escapes resolved.
    Text(Box<str>),
    /// A number, character or boolean as written.
    Literal(Box<str>),
    /// A path without generic arguments: `get`, `handlers::show`, `CONFIG`.
    Path(Box<str>),
    /// `callee(arguments)`.
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// The types that it is told behind `::<`, as paths; those that have arguments of their own, and all that is no path, left out.
        types: Vec<Box<str>>,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// `receiver.name(arguments)`.
    Method {
        /// What it is called on.
        receiver: Box<Expr>,
        /// The method's name.
        name: Box<str>,
        /// Where the name stands.
        name_site: Site,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// `receiver.name`, `receiver.0`.
    Field {
        /// What it is read from.
        receiver: Box<Expr>,
        /// The field.
        name: Box<str>,
    },
    /// `path!(arguments)`; the arguments are the tokens split at top-level commas, each read as an expression where it is one.
    Macro {
        /// The macro's path as written.
        path: Box<str>,
        /// The arguments.
        arguments: Vec<Expr>,
        /// The tokens as written, cut at 4 KiB.
        tokens: Box<str>,
        /// The call, where it is one of those of the file.
        call: Option<CallId>,
    },
    /// `|parameters| value`, `move` and `async` left out.
    Closure {
        /// The parameters.
        parameters: Vec<Parameter>,
        /// The body.
        value: Box<Expr>,
    },
    /// `async { … }`: a block that is a function of its own; `return` in it ends it alone.
    Async(Box<Expr>),
    /// `{ statements; value }`.
    Block {
        /// The scope of the names that it declares, where it declares some and is not the body's own block.
        scope: Option<ScopeId>,
        /// The statements in order.
        statements: Vec<Statement>,
        /// The tail expression.
        value: Option<Box<Expr>>,
    },
    /// `if condition { then } else { otherwise }`, `if let` included.
    If {
        /// The condition as written, one line, cut at 120 characters.
        condition: Box<str>,
        /// What a single `let` in it takes apart, and every other condition, where that is computed here.
        value: Option<Box<Expr>>,
        /// The first branch.
        then: Box<Expr>,
        /// The other branch.
        otherwise: Option<Box<Expr>>,
    },
    /// `match subject { arms }`.
    Match {
        /// What is matched, as written, one line, cut at 120 characters.
        subject: Box<str>,
        /// The same, where it is computed here.
        value: Option<Box<Expr>>,
        /// The arms in order.
        arms: Vec<Arm>,
    },
    /// `for pattern in iterator { body }`, `while let pattern = iterator { body }`, `while iterator { body }`, `loop { body }`.
    Loop {
        /// The pattern as written, that of a `while` with its `let`; empty where there is none.
        pattern: Box<str>,
        /// What is iterated over, or asked before each round.
        iterator: Option<Box<Expr>>,
        /// The body.
        body: Box<Expr>,
    },
    /// `[a, b]`, `(a, b)`, `vec![a, b]`.
    List(Vec<Expr>),
    /// `Name { field: value, … }`.
    Struct {
        /// The type's path without generic arguments.
        path: Box<str>,
        /// Fields with their values.
        fields: Vec<(Box<str>, Expr)>,
    },
    /// `left + right`.
    Add(Box<Expr>, Box<Expr>),
    /// `return value`, `break value`.
    Return(Option<Box<Expr>>),
    /// What is compiled under conditions of its own, one of several at most: `#[cfg(…)] value`, the branches of `cfg_if!`.
    Compiled(Vec<(CfgId, Expr)>),
    /// `&mut place` among arguments: a variable, or a field of one, that is lent to be changed.
    Lent(Box<Expr>),
    /// What lies deeper, or further along a chain, than code is followed, and may matter to routes.
    Cut,
    /// Anything else; its parts that may register something are kept in order.
    Other(Vec<Expr>),
}

/// An arm of a `match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// The pattern (with its guard) as written, one line, cut at 120 characters.
    pub pattern: Box<str>,
    /// The guard, where something is computed in it.
    pub guard: Option<Expr>,
    /// The condition over the arm (`#[cfg(…)]`).
    pub cfg: CfgId,
    /// What the arm computes.
    pub value: Expr,
}

/// A statement of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statement {
    /// `let name: type = value;`, `let pattern = value else { … };`
    Let {
        /// The bound name; the whole pattern as written when it is not a single name.
        name: Box<str>,
        /// Whether something that it binds may change.
        mutable: bool,
        /// Whether the block around it does not name what it binds again, though the name promises that.
        idle: bool,
        /// The type as written; empty when there is none.
        r#type: Box<str>,
        /// The value; `None` for a declaration.
        value: Option<Expr>,
        /// The block of `else`, for a pattern that may not match.
        otherwise: Option<Expr>,
        /// The condition of the statement (`#[cfg(…)]`).
        cfg: CfgId,
    },
    /// `name = value;`, also `+=`.
    Assign {
        /// The assigned name or field as written.
        name: Box<str>,
        /// The value.
        value: Expr,
        /// The condition of the statement.
        cfg: CfgId,
    },
    /// An expression.
    Expr {
        /// The expression.
        value: Expr,
        /// The condition of the statement.
        cfg: CfgId,
    },
}

impl Expr {
    /// What decides between the branches of `if` and `match`, where that is computed here.
    pub fn deciding(&self) -> Vec<&Self> {
        if let ExprKind::If { value, .. } = &self.kind {
            value.as_deref().into_iter().collect()
        } else if let ExprKind::Match { value, arms, .. } = &self.kind {
            value.as_deref().into_iter().chain(arms.iter().filter_map(|arm| arm.guard.as_ref())).collect()
        } else {
            Vec::new()
        }
    }

    /// The expressions directly inside this one that are its branches or its parts, in the order they are written; what is
    /// [deciding](Self::deciding) is neither.
    pub fn inside(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Text(_) | ExprKind::Literal(_) | ExprKind::Path(_) | ExprKind::Cut => Vec::new(),
            ExprKind::Call { callee, arguments, .. } => std::iter::once(&**callee).chain(arguments).collect(),
            ExprKind::Method { receiver, arguments, .. } => {
                std::iter::once(&**receiver).chain(arguments).collect()
            }
            ExprKind::Field { receiver, .. } => vec![receiver],
            ExprKind::Macro { arguments, .. } => arguments.iter().collect(),
            ExprKind::Closure { value, .. } | ExprKind::Async(value) | ExprKind::Lent(value) => vec![value],
            ExprKind::Block { statements, value, .. } => {
                statements.iter().flat_map(Statement::inside).chain(value.as_deref()).collect()
            }
            ExprKind::If { then, otherwise, .. } => {
                std::iter::once(&**then).chain(otherwise.as_deref()).collect()
            }
            ExprKind::Match { arms, .. } => arms.iter().map(|arm| &arm.value).collect(),
            ExprKind::Loop { iterator, body, .. } => {
                iterator.as_deref().into_iter().chain([&**body]).collect()
            }
            ExprKind::List(list) | ExprKind::Other(list) => list.iter().collect(),
            ExprKind::Struct { fields, .. } => fields.iter().map(|(_, value)| value).collect(),
            ExprKind::Add(left, right) => vec![left, right],
            ExprKind::Return(value) => value.as_deref().into_iter().collect(),
            ExprKind::Compiled(ways) => ways.iter().map(|(_, value)| value).collect(),
        }
    }

    /// Calls `turn` for every place of the expression and of those inside it.
    pub fn turn(&mut self, turn: &mut dyn FnMut(&mut Site)) {
        self.visit(&mut |expr| {
            turn(&mut expr.site);
            if let ExprKind::Method { name_site, .. } = &mut expr.kind {
                turn(name_site);
            }
        });
    }

    /// Calls `visit` for the expression and for each inside it, those around before those inside.
    pub fn visit(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            visit(expr);
            inner(&mut expr.kind, &mut open);
        }
    }
}

impl Statement {
    /// The expressions of the statement, in the order they are written.
    pub fn inside(&self) -> Vec<&Expr> {
        match self {
            Self::Let { value, otherwise, .. } => value.iter().chain(otherwise).collect(),
            Self::Assign { value, .. } | Self::Expr { value, .. } => vec![value],
        }
    }
}

/// Adds the expressions directly inside an expression.
fn inner<'e>(kind: &'e mut ExprKind, open: &mut Vec<&'e mut Expr>) {
    match kind {
        ExprKind::Text(_) | ExprKind::Literal(_) | ExprKind::Path(_) | ExprKind::Cut => {}
        ExprKind::Call { callee, arguments, .. } => {
            open.push(callee);
            open.extend(arguments);
        }
        ExprKind::Method { receiver, arguments, .. } => {
            open.push(receiver);
            open.extend(arguments);
        }
        ExprKind::Field { receiver, .. } => open.push(receiver),
        ExprKind::Macro { arguments, .. } => open.extend(arguments),
        ExprKind::Closure { value, .. } | ExprKind::Async(value) | ExprKind::Lent(value) => open.push(value),
        ExprKind::Block { statements, value, .. } => {
            for statement in statements {
                match statement {
                    Statement::Let { value, otherwise, .. } => {
                        open.extend(value);
                        open.extend(otherwise);
                    }
                    Statement::Assign { value, .. } | Statement::Expr { value, .. } => open.push(value),
                }
            }
            open.extend(value.as_deref_mut());
        }
        ExprKind::If { value, then, otherwise, .. } => {
            open.extend(value.as_deref_mut());
            open.push(then);
            open.extend(otherwise.as_deref_mut());
        }
        ExprKind::Match { value, arms, .. } => {
            open.extend(value.as_deref_mut());
            open.extend(arms.iter_mut().flat_map(|Arm { guard, value, .. }| guard.iter_mut().chain([value])));
        }
        ExprKind::Loop { iterator, body, .. } => {
            open.extend(iterator.as_deref_mut());
            open.push(body);
        }
        ExprKind::List(list) | ExprKind::Other(list) => open.extend(list),
        ExprKind::Struct { fields, .. } => open.extend(fields.iter_mut().map(|(_, value)| value)),
        ExprKind::Add(left, right) => {
            open.push(left);
            open.push(right);
        }
        ExprKind::Return(value) => open.extend(value.as_deref_mut()),
        ExprKind::Compiled(ways) => open.extend(ways.iter_mut().map(|(_, value)| value)),
    }
}
