//! In-order payload → `TlsHandshake`: records, handshakes, alerts, names of code points.
