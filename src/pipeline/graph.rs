use std::collections::BTreeSet;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, Reversed, Walker};

use super::Pipeline;
use crate::schema::Problems;

/// Adds a problem for every stage that no move leads to, and for every open one from which no record ever ends.
///
/// Both by depth-first search (Hopcroft, Tarjan 1973): from the start along the moves, and from the ends against them.
pub(super) fn check(pipeline: &Pipeline, path: &str, problems: &mut Problems) {
    let mut graph = DiGraph::<(), ()>::new();
    let stages: Vec<_> = pipeline.stages.iter().map(|_| graph.add_node(())).collect();
    let (start, end) = (graph.add_node(()), graph.add_node(()));
    for (from, to, _) in pipeline.moves() {
        let from = from.and_then(|from| stages.get(from)).copied().unwrap_or(start);
        if let Some(to) = stages.get(to) {
            graph.add_edge(from, *to, ());
        }
    }
    for (stage, node) in pipeline.stages.iter().zip(&stages) {
        if !stage.is_open() {
            graph.add_edge(*node, end, ());
        }
    }
    let reached: BTreeSet<NodeIndex> = Dfs::new(&graph, start).iter(&graph).collect();
    let ends: BTreeSet<NodeIndex> = Dfs::new(Reversed(&graph), end).iter(Reversed(&graph)).collect();
    for (place, (stage, node)) in pipeline.stages.iter().zip(&stages).enumerate() {
        let at = format!("{path}.stages[{place}]");
        if !reached.contains(node) {
            problems.add(&at, format_args!("`{}` is unreachable: no move from the first stage leads to it", stage.key));
        }
        if !ends.contains(node) {
            problems.add(&at, format_args!("`{}` is a dead end: nothing in it can be won or lost", stage.key));
        }
    }
}
