//! Connection, SSL and certificate records with Zeek's names; Zeek logs read and written.
