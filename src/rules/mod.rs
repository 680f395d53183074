//! Rules, triggers, operations, timers and the bounded cascade.
