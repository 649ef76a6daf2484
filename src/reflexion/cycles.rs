//! Arcs between modules → the cycles they close.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::spec::ModuleId;

/// The cycle that an arc closes: the shortest chain of modules from the arc's user back to itself, the user first; `None`
/// when there is no way back.
pub fn closed_by(
    arcs: &BTreeSet<(ModuleId, ModuleId)>,
    (from, to): (ModuleId, ModuleId),
) -> Option<Vec<ModuleId>> {
    let mut came_from: BTreeMap<ModuleId, ModuleId> = BTreeMap::new();
    let mut open = VecDeque::from([to]);
    while let Some(at) = open.pop_front() {
        if at == from {
            let mut chain = vec![from];
            let mut back = from;
            while back != to {
                back = came_from[&back];
                chain.push(back);
            }
            chain[1..].reverse();
            return Some(chain);
        }
        for (_, next) in arcs.range((at, ModuleId(0))..=(at, ModuleId(u32::MAX))) {
            if *next != to && !came_from.contains_key(next) {
                came_from.insert(*next, at);
                open.push_back(*next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_back_is_shown() {
        #[track_caller]
        fn check(arcs: &[(u32, u32)], arc: (u32, u32), chain: Option<&[u32]>) {
            let arcs = arcs.iter().map(|(from, to)| (ModuleId(*from), ModuleId(*to))).collect();
            let expected = chain.map(|chain| chain.iter().copied().map(ModuleId).collect());
            assert_eq!(closed_by(&arcs, (ModuleId(arc.0), ModuleId(arc.1))), expected);
        }
        check(&[(0, 1)], (0, 1), None);
        check(&[(0, 1), (1, 0)], (0, 1), Some(&[0, 1]));
        check(&[(0, 1), (1, 2), (2, 3), (3, 0), (2, 0)], (0, 1), Some(&[0, 1, 2]));
        check(&[(1, 2), (2, 1), (0, 1)], (0, 1), None);
    }
}
