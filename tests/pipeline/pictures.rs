use serde_json::json;

use crate::fixture::pipeline;

fn drawn() -> std::sync::Arc<guanxi::pipeline::Pipeline> {
    pipeline(json!({
        "stages": [
            {"key": "a", "label": {"zh": "线索\"甲\"\n第二行", "en": "end; --> [x]"}, "kind": "open"},
            {"key": "b", "kind": "open", "next": ["c", "lost"]},
            {"key": "c", "kind": "open", "next": ["d"]},
            {"key": "d", "kind": "open", "next": ["won"]},
            {"key": "won", "label": {"zh": "赢单"}, "kind": "won"},
            {"key": "lost", "kind": "lost"}
        ],
        "reopen_to": ["d"]
    }))
}

#[test]
fn a_pipeline_is_drawn_for_mermaid() {
    assert_eq!(
        drawn().mermaid("zh"),
        r##"flowchart LR
  start(( ))
  s0["线索#34;甲#34;<br/>第二行"]
  s1["b"]
  s2["c"]
  s3["d"]
  s4(["赢单"])
  s5{{"lost"}}
  start --> s0
  s0 --> s1
  s0 --> s5
  s1 --> s2
  s1 --> s5
  s2 --> s3
  s3 --> s4
  s4 -.-> s3
  s5 -.-> s3
"##
    );
    assert!(drawn().mermaid("en").contains(r#"s0["end#59; --#62; #91;x#93;"]"#));
    assert!(drawn().mermaid("fr").contains(r#"s0["a"]"#));
}

#[test]
fn a_pipeline_is_drawn_for_graphviz() {
    let dot = drawn().dot("zh");
    assert!(dot.starts_with("digraph \"sales\" {\n  rankdir=LR;\n  start [shape=point];\n"));
    assert!(dot.contains("  s0 [label=\"线索\\\"甲\\\"\\n第二行\", shape=box];\n"));
    assert!(dot.contains("  s4 [label=\"赢单\", shape=box, peripheries=2];\n"));
    assert!(dot.contains("  s2 -> s3;\n") && dot.contains("  s5 -> s3 [style=dashed];\n"));
    assert_eq!(dot.matches("->").count(), 9);
    assert!(dot.ends_with("}\n"));
}
