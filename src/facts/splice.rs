//! Facts of a part that is read apart → part of the facts of the file that it stands in.

use super::{Cfg, CfgId, Expr, ExprKind, FileFacts, ItemId, Scope, ScopeId, ScopeKind, Statement};

/// Where a part stands in its file.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// The scope that its first scope is.
    pub scope: ScopeId,
    /// The item around it.
    pub item: Option<ItemId>,
    /// The condition that its first condition is.
    pub cfg: CfgId,
}

/// How the ids of the part turn into those of the file.
struct Shift {
    around: Around,
    scopes: u32,
    items: u32,
    cfgs: u32,
    calls: u32,
}

impl Shift {
    fn scope(&self, id: &mut ScopeId) {
        *id = if id.0 == 0 { self.around.scope } else { ScopeId(id.0 + self.scopes - 1) };
    }

    fn cfg(&self, id: &mut CfgId) {
        *id = if id.0 == 0 { self.around.cfg } else { CfgId(id.0 + self.cfgs - 1) };
    }

    /// The condition of a part of a statement: one that has none stands under that of the statement alone.
    fn own_cfg(&self, id: &mut CfgId) {
        if id.0 != 0 {
            self.cfg(id);
        }
    }

    fn item(&self, id: &mut ItemId) {
        id.0 += self.items;
    }

    fn expr(&self, expr: &mut Expr) {
        expr.visit(&mut |expr| match &mut expr.kind {
            ExprKind::Macro { call, .. } => call.iter_mut().for_each(|call| call.0 += self.calls),
            ExprKind::Block { scope, statements, .. } => {
                scope.iter_mut().for_each(|scope| self.scope(scope));
                for statement in statements {
                    match statement {
                        Statement::Let { cfg, .. }
                        | Statement::Assign { cfg, .. }
                        | Statement::Expr { cfg, .. } => self.cfg(cfg),
                    }
                }
            }
            ExprKind::Match { arms, .. } => arms.iter_mut().for_each(|arm| self.own_cfg(&mut arm.cfg)),
            ExprKind::Compiled(ways) => ways.iter_mut().for_each(|(cfg, _)| self.own_cfg(cfg)),
            ExprKind::Text(_)
            | ExprKind::Literal(_)
            | ExprKind::Path(_)
            | ExprKind::Call { .. }
            | ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Closure { .. }
            | ExprKind::Async(_)
            | ExprKind::If { .. }
            | ExprKind::Loop { .. }
            | ExprKind::List(_)
            | ExprKind::Struct { .. }
            | ExprKind::Add(..)
            | ExprKind::Return(_)
            | ExprKind::Lent(_)
            | ExprKind::Cut
            | ExprKind::Other(_) => {}
        });
    }

    fn item_around(&self, id: &mut Option<ItemId>) {
        match id {
            Some(id) => self.item(id),
            None => *id = self.around.item,
        }
    }
}

impl FileFacts {
    /// Adds a block of its own around a part of a body; names that the part declares are not seen outside it.
    pub fn open_block(&mut self, around: Around) -> Around {
        let scope =
            Scope { parent: Some(around.scope), kind: ScopeKind::Block(around.item), cfg: around.cfg };
        self.scopes.push(scope);
        Around { scope: ScopeId(narrow(self.scopes.len() - 1)), ..around }
    }

    /// Adds a further condition.
    pub fn add_cfg(&mut self, cfg: Cfg) -> CfgId {
        self.cfgs.push(cfg);
        CfgId(narrow(self.cfgs.len() - 1))
    }

    /// Adds what a part says behind what is there already. The conditions of the part hold those around it.
    ///
    /// `value` is what the part computes, where it stands for a value; it is given back as part of the file.
    pub fn splice(&mut self, mut part: Self, mut value: Option<Expr>, around: Around) -> Option<Expr> {
        let shift = Shift {
            around,
            scopes: narrow(self.scopes.len()),
            items: narrow(self.items.len()),
            cfgs: narrow(self.cfgs.len()),
            calls: narrow(self.macro_calls.len()),
        };
        value.iter_mut().for_each(|value| shift.expr(value));
        self.cfgs.extend(part.cfgs.drain(1..));
        for mut scope in part.scopes.drain(1..) {
            scope.parent.iter_mut().for_each(|parent| shift.scope(parent));
            shift.cfg(&mut scope.cfg);
            match &mut scope.kind {
                ScopeKind::File => {}
                ScopeKind::Module(item) => shift.item(item),
                ScopeKind::Block(item) => shift.item_around(item),
            }
            self.scopes.push(scope);
        }
        for mut item in part.items.drain(..) {
            shift.scope(&mut item.scope);
            shift.item_around(&mut item.parent);
            shift.cfg(&mut item.cfg);
            self.items.push(item);
        }
        self.splice_names(&mut part, &shift);
        self.splice_calls(&mut part, &shift);
        self.unread.append(&mut part.unread);
        value
    }

    fn splice_names(&mut self, part: &mut Self, shift: &Shift) {
        for mut module in part.modules.drain(..) {
            shift.scope(&mut module.scope);
            shift.cfg(&mut module.cfg);
            self.modules.push(module);
        }
        for mut import in part.imports.drain(..) {
            shift.scope(&mut import.scope);
            shift.item_around(&mut import.item);
            shift.cfg(&mut import.cfg);
            self.imports.push(import);
        }
        for mut include in part.includes.drain(..) {
            shift.scope(&mut include.scope);
            shift.cfg(&mut include.cfg);
            self.includes.push(include);
        }
        for mut path in part.paths.drain(..) {
            shift.scope(&mut path.scope);
            shift.item_around(&mut path.item);
            shift.cfg(&mut path.cfg);
            self.paths.push(path);
        }
    }

    fn splice_calls(&mut self, part: &mut Self, shift: &Shift) {
        for mut call in part.macro_calls.drain(..) {
            shift.scope(&mut call.scope);
            shift.item_around(&mut call.item);
            shift.cfg(&mut call.cfg);
            self.macro_calls.push(call);
        }
        for mut rules in part.macros.drain(..) {
            shift.item(&mut rules.item);
            self.macros.push(rules);
        }
        for mut body in part.bodies.drain(..) {
            shift.item(&mut body.item);
            shift.scope(&mut body.scope);
            shift.expr(&mut body.value);
            self.bodies.push(body);
        }
    }
}

fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
