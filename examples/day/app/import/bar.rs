//! How far it has come, for whoever looks at a terminal.

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

/// Returns a bar on standard error over so many steps; one that nobody sees unless `is_shown`.
pub fn bar(file: &str, steps: u64, is_shown: bool) -> ProgressBar {
    if !is_shown {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(steps).with_message(file.to_owned()).with_finish(ProgressFinish::AndClear);
    let style = ProgressStyle::with_template("{msg:20} {bar:40} {pos}/{len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
