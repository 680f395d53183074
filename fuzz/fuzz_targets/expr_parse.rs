//! The law of `guanxi_fuzz::expr_parse`: a target of libFuzzer under `--cfg fuzzing`, else a program that replays files.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| guanxi_fuzz::expr_parse::check(data));

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    guanxi_fuzz::replay::arguments(guanxi_fuzz::expr_parse::check)
}
