//! Values with a written shape → a JSON object that people can read and `git diff` can compare: each list has one row per
//! line.

use serde::Serialize;

use super::untrusted;

/// A JSON object while it is being written; its first field is `schema`.
///
/// Fields stand in the order in which they are added. Characters that could forge output in a terminal are escaped as JSON
/// escapes, so that the values are what they were.
pub struct Document {
    out: String,
}

impl Document {
    /// An object of this schema, such as `gate.report/1`.
    pub fn new(schema: &str) -> Self {
        Self { out: format!("{{\n  \"schema\": {}", written(&schema)) }
    }

    /// Adds a field in one line.
    pub fn field(&mut self, name: &str, value: &impl Serialize) {
        self.name(name);
        self.out.push_str(&written(value));
    }

    /// Adds a field if there is a value.
    pub fn optional(&mut self, name: &str, value: Option<&impl Serialize>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// Adds a list, one row per line.
    pub fn rows<T: Serialize>(&mut self, name: &str, rows: impl IntoIterator<Item = T>) {
        self.name(name);
        self.out.push('[');
        let mut separator = "\n    ";
        for row in rows {
            self.out.push_str(separator);
            self.out.push_str(&written(&row));
            separator = ",\n    ";
        }
        self.out.push_str(if separator.starts_with(',') { "\n  ]" } else { "]" });
    }

    /// The whole object, ended by a newline.
    pub fn finish(mut self) -> String {
        self.out.push_str("\n}\n");
        untrusted::json(&self.out)
    }

    fn name(&mut self, name: &str) {
        self.out.push_str(&format!(",\n  {}: ", written(&name)));
    }
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("structs with text keys always have a JSON form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_a_row_per_line() {
        let mut document = Document::new("x/1");
        document.field("a", &1);
        document.optional("b", None::<&u8>);
        document.optional("c", Some(&"\u{202e}"));
        document.rows("none", [0; 0]);
        document.rows("two", [[1, 2], [3, 4]]);
        let expected = "{\n  \"schema\": \"x/1\",\n  \"a\": 1,\n  \"c\": \"\\u202e\",\n  \"none\": [],\n  \
                        \"two\": [\n    [1,2],\n    [3,4]\n  ]\n}\n";
        assert_eq!(document.finish(), expected);
    }
}
