use std::fmt::Write as _;

use super::{MoveKind, Pipeline, StageKind};

impl Pipeline {
    /// Draws the pipeline in the DOT language of Graphviz (<https://graphviz.org/doc/info/lang.html>), with labels in the
    /// language `tag` where there are any.
    ///
    /// Solid arrows are regular moves, dashed ones skips, ways back and reopenings. Open stages are boxes, won ones
    /// double-framed, lost ones octagons.
    pub fn dot(&self, tag: &str) -> String {
        let mut text =
            format!("digraph \"{}\" {{\n  rankdir=LR;\n  start [shape=point];\n", escaped(self.key.as_str()));
        for (place, stage) in self.stages.iter().enumerate() {
            let shape = match stage.kind {
                StageKind::Open => "box",
                StageKind::Won => "box, peripheries=2",
                StageKind::Lost => "octagon",
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  s{place} [label=\"{}\", shape={shape}];", escaped(stage.label_in(tag)));
        }
        for (from, to, kind) in self.moves() {
            let from = from.map_or_else(|| "start".to_owned(), |from| format!("s{from}"));
            let style = if matches!(kind, MoveKind::Start | MoveKind::Next) { "" } else { " [style=dashed]" };
            let _ = writeln!(text, "  {from} -> s{to}{style};");
        }
        text.push_str("}\n");
        text
    }
}

/// Quotes and backslashes end a label or mean something in it, and `&` begins an entity.
fn escaped(label: &str) -> String {
    let mut text = String::with_capacity(label.len());
    let mut last = ' ';
    for letter in label.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '&' => text.push_str("&amp;"),
            '\n' if last == '\r' => {}
            '\n' | '\r' => text.push_str("\\n"),
            letter if letter.is_control() => text.push(' '),
            letter => text.push(letter),
        }
        last = letter;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_in_a_label_ends_it() {
        assert_eq!(escaped("商务谈判"), "商务谈判");
        assert_eq!(escaped("say \"yes\"\r\nor no\\"), "say \\\"yes\\\"\\nor no\\\\");
        assert_eq!(escaped("&quot; <b>\u{7}"), "&amp;quot; <b> ");
    }
}
