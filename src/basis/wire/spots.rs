//! Where the parts of what goes over the wire are written, one after the other: for whoever knows that they stand elsewhere now.

use super::{Alternative, Body, Exchange, Field, Parameter, Rest, Shape, Spot, Type, Types};

impl Exchange {
    /// Calls `accepts` for every spot of what is taken, and `emits` for every one of what is given.
    pub fn turn(&mut self, accepts: &mut dyn FnMut(&mut Spot), emits: &mut dyn FnMut(&mut Spot)) {
        for Parameter { r#type, at, .. } in &mut self.parameters {
            accepts(at);
            r#type.turn(accepts);
        }
        self.request.turn(accepts);
        self.responses_at.iter_mut().for_each(&mut *emits);
        for response in self.responses.iter_mut().chain(&mut self.errors) {
            emits(&mut response.at);
            response.body.turn(emits);
        }
    }
}

impl Body {
    fn turn(&mut self, turn: &mut dyn FnMut(&mut Spot)) {
        let Self::Content { contents, .. } = self else { return };
        for content in contents {
            turn(&mut content.at);
            content.r#type.iter_mut().for_each(|of| of.turn(turn));
        }
    }
}

impl Types {
    /// Calls `turn` for every spot of the named types.
    pub fn turn(&mut self, turn: &mut dyn FnMut(&mut Spot)) {
        for named in &mut self.named {
            turn(&mut named.at);
            named.r#type.turn(turn);
        }
    }
}

impl Type {
    /// Calls `turn` for every spot of the type; those of types that it names are theirs.
    fn turn(&mut self, turn: &mut dyn FnMut(&mut Spot)) {
        let mut open = vec![self];
        while let Some(Self { shape, at, beside, .. }) = open.pop() {
            turn(at);
            if let Some(beside) = beside {
                beside.bounds.iter_mut().for_each(|bound| turn(&mut bound.at));
                for condition in &mut beside.conditions {
                    turn(&mut condition.at);
                    open.extend(&mut condition.types);
                }
            }
            match shape {
                Shape::Any
                | Shape::Unknown(_)
                | Shape::Null
                | Shape::Bool
                | Shape::Int(_)
                | Shape::Number
                | Shape::Text(_)
                | Shape::Named(_) => {}
                Shape::Enum(choices) => choices.values.iter_mut().for_each(|choice| turn(&mut choice.at)),
                Shape::List(of) => open.push(of),
                Shape::Tuple(of) => open.extend(of),
                Shape::OneOf(several) => {
                    open.extend(several.options.iter_mut().map(|Alternative { r#type, .. }| r#type));
                }
                Shape::Object(object) => {
                    for Field { r#type, at, .. } in &mut object.fields {
                        turn(at);
                        open.push(r#type);
                    }
                    match &mut object.rest {
                        Rest::Of(of) => open.push(of),
                        Rest::Ignored | Rest::Refused => {}
                    }
                }
            }
        }
    }
}
