/* SPDX-License-Identifier: ISC */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "base/err.h"
#include "base/str.h"
#include "crypto/hash.h"

/*
 * tls: a verified client connection over a socket that somebody else connected.  TLS 1.2 at
 * least; the server's name is sent (SNI) and must stand in its certificate (RFC 9525); its chain
 * must end at an authority we were told of.  Until all of that holds nothing is sent but the
 * handshake.  Every wait has a deadline.
 */

/* What can be loaded only before the sandbox closes: authorities. */
struct tls_config;

/* ca_file: PEM, or NULL for the system's authorities.  NULL on ERR_CONFIG. */
struct tls_config *tls_config_new(const char *ca_file, struct err *e);
void tls_config_free(struct tls_config *c);

struct tls {
	void *ssl;
	int fd;                  /* owned */
	int64_t deadline_ms;     /* of every read and write, on clock_ms()'s clock; -1: none */
	struct hash certificate; /* SHA-256 of the server's certificate, DER */
	const char *version;     /* "TLSv1.3" */
	struct err why;          /* of the last failed read or write */
};

/*
 * Shake hands on fd, which is made non-blocking and belongs to *t from here on, also on failure.
 * 0, or -1: ERR_REFUSED names what is wrong with the server's certificate ("name does not match
 * HOST", "expired", "self-signed", "unknown authority"); ERR_RETRY when the connection was lost
 * or the deadline passed.
 */
int tls_open(struct tls *t, const struct tls_config *c, int fd, const char *host,
    int64_t deadline_ms, struct err *e);
void tls_close(struct tls *t);

/* At least one byte: how many, or -1 with t->why, also at the end of the stream. */
ptrdiff_t tls_read(struct tls *t, void *p, size_t n);
/* Some of the bytes: how many, or -1 with t->why. */
ptrdiff_t tls_write(struct tls *t, const void *p, size_t n);
/* Bytes that were read from the socket and wait inside: poll would not tell. */
bool tls_pending(const struct tls *t);

#endif
