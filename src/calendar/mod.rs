//! Local dates, fixed offsets and working days over calendars given as data.
