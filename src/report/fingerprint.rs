//! A finding's identity → the eight digits by which people and tools name it.

use crate::basis::Finding;

/// The id of a finding: the first eight hexadecimal digits of an FNV-1a hash (64 bits) over the rule's name and the key
/// fields of the identity.
///
/// It stays the same under line shifts, reordering and reformatting, because an identity holds none of them, and from
/// version to version of gate, because the hash is written down here. It is a name, not a proof: 32 bits can collide.
pub fn id(finding: &Finding) -> String {
    let fields = std::iter::once(finding.rule.0).chain(finding.identity.0.iter().map(String::as_str));
    let mut hash = Fnv::default();
    for field in fields {
        hash.write(field.as_bytes());
        // No UTF-8 text holds this byte, so that ("ab", "c") and ("a", "bc") differ.
        hash.write(&[0xff]);
    }
    format!("{:016x}", hash.0)[..8].to_owned()
}

/// The hash of a text, for tokens that need not be secret.
pub(super) fn of_text(text: &str) -> u64 {
    let mut hash = Fnv::default();
    hash.write(text.as_bytes());
    hash.0
}

/// FNV-1a with the offset and prime of its 64-bit variant.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::basis::{Identity, RuleId};

    #[test]
    fn the_hash_is_fnv_1a() {
        #[track_caller]
        fn check(text: &str, expected: u64) {
            assert_eq!(of_text(text), expected);
        }
        check("", 0xcbf2_9ce4_8422_2325);
        check("a", 0xaf63_dc4c_8601_ec8c);
        check("foobar", 0x8594_4171_f739_67e8);
    }

    #[test]
    fn ids_depend_on_rule_and_identity_alone() {
        #[track_caller]
        fn check(rule: &'static str, identity: &[&str], expected: &str) {
            let identity = Identity(identity.iter().map(|field| (*field).to_owned()).collect());
            let finding = crate::basis::Finding { rule: RuleId(rule), identity, ..samples::finding() };
            assert_eq!(id(&finding), expected);
        }
        check("private-use", &["ab", "c"], "c62b42b2");
        check("private-use", &["a", "bc"], "5e71d372");
        check("private-leak", &["ab", "c"], "ad5224f7");
        check("private-use", &[], "26802ea4");
    }
}
