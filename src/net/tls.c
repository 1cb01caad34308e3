/* SPDX-License-Identifier: ISC */
#include "net/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SYSTEM_AUTHORITIES "/etc/ssl/certs/ca-certificates.crt" /* Debian's */

struct tls_config {
	SSL_CTX *ctx;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* All authorities are read now: later no file can be opened. */
struct tls_config *
tls_config_new(const char *ca_file, struct err *e)
{
	const char *file = ca_file != NULL ? ca_file : SYSTEM_AUTHORITIES;
	struct tls_config *c = calloc(1, sizeof *c);

	if (c == NULL)
		abort();
	c->ctx = SSL_CTX_new(TLS_client_method());
	if (c->ctx == NULL) {
		err_set(e, ERR_SYSTEM, "OpenSSL: no TLS");
		goto fail;
	}
	if (SSL_CTX_load_verify_file(c->ctx, file) != 1) {
		err_set(e, ERR_CONFIG, "%s: no certificates could be read from it (ca_file)", file);
		goto fail;
	}
	SSL_CTX_set_min_proto_version(c->ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(c->ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(
	    c->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_verify(c->ctx, SSL_VERIFY_PEER, NULL);
	return c;
fail:
	tls_config_free(c);
	return NULL;
}

void
tls_config_free(struct tls_config *c)
{
	if (c == NULL)
		return;
	SSL_CTX_free(c->ctx);
	free(c);
}

/* Waits for what the last call wanted: 0, or -1 with t->why. */
static int
wait_for(struct tls *t, int reason)
{
	struct pollfd p = { .fd = t->fd };
	int64_t left;
	int n;

	if (reason == SSL_ERROR_WANT_READ)
		p.events = POLLIN;
	else if (reason == SSL_ERROR_WANT_WRITE)
		p.events = POLLOUT;
	else if (reason == SSL_ERROR_ZERO_RETURN)
		return err_set(&t->why, ERR_RETRY, "the server closed the connection");
	else
		return err_set(&t->why, ERR_RETRY, "the connection was lost");
	do {
		left = t->deadline_ms == -1 ? INT_MAX : t->deadline_ms - now_ms();
		if (left <= 0)
			return err_set(&t->why, ERR_RETRY, "no answer from the server in time");
		n = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
	} while (n == 0 || (n == -1 && errno == EINTR));
	return n == -1 ? err_sys(&t->why, "poll") : 0;
}

/* Our words for what verification found, the ones an administrator can act on. */
static int
refuse(SSL *ssl, const char *host, struct err *e)
{
	long v = SSL_get_verify_result(ssl);

	switch (v) {
	case X509_V_ERR_HOSTNAME_MISMATCH:
		return err_set(e, ERR_REFUSED, "certificate name does not match %s", host);
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return err_set(e, ERR_REFUSED, "certificate of %s expired", host);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return err_set(e, ERR_REFUSED, "certificate of %s is not yet valid", host);
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return err_set(e, ERR_REFUSED, "certificate of %s is self-signed", host);
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return err_set(e, ERR_REFUSED,
		    "certificate of %s is from an unknown certification authority", host);
	default:
		return err_set(e, ERR_REFUSED, "certificate of %s: %s", host,
		    X509_verify_cert_error_string(v));
	}
}

static int
shake_hands(struct tls *t, const char *host, struct err *e)
{
	int rc, reason;

	for (;;) {
		ERR_clear_error();
		rc = SSL_connect(t->ssl);
		if (rc == 1)
			return 0;
		reason = SSL_get_error(t->ssl, rc);
		if (SSL_get_verify_result(t->ssl) != X509_V_OK)
			return refuse(t->ssl, host, e);
		if (reason == SSL_ERROR_SSL)
			return err_set(e, ERR_RETRY, "TLS with %s: %s", host,
			    ERR_reason_error_string(ERR_peek_error()));
		if (wait_for(t, reason) == -1) {
			*e = t->why;
			return err_at(e, "TLS with %s", host);
		}
	}
}

static void
note_peer(struct tls *t)
{
	X509 *cert = SSL_get0_peer_certificate(t->ssl);
	unsigned n = sizeof t->certificate.b;

	X509_digest(cert, EVP_sha256(), t->certificate.b, &n);
	t->version = SSL_get_version(t->ssl);
}

static int
prepare(struct tls *t, const struct tls_config *c, const char *host, struct err *e)
{
	int flags = fcntl(t->fd, F_GETFL);

	if (flags == -1 || fcntl(t->fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return err_sys(e, "socket");
	t->ssl = SSL_new(c->ctx);
	if (t->ssl == NULL || SSL_set_fd(t->ssl, t->fd) != 1 ||
	    SSL_set_tlsext_host_name(t->ssl, (char *)(uintptr_t)host) != 1) /* only copied */
		return err_set(e, ERR_SYSTEM, "OpenSSL: no connection for %s", host);
	SSL_set_hostflags(t->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (SSL_set1_host(t->ssl, host) != 1)
		return err_set(e, ERR_CONFIG, "%s: no name for a certificate", host);
	return 0;
}

int
tls_open(struct tls *t, const struct tls_config *c, int fd, const char *host, int64_t deadline_ms,
    struct err *e)
{
	*t = (struct tls){ .fd = fd, .deadline_ms = deadline_ms };
	if (prepare(t, c, host, e) == -1 || shake_hands(t, host, e) == -1) {
		tls_close(t);
		return -1;
	}
	note_peer(t);
	return 0;
}

void
tls_close(struct tls *t)
{
	if (t->ssl != NULL && SSL_is_init_finished(t->ssl)) {
		ERR_clear_error();
		SSL_shutdown(t->ssl); /* one try: a server that is gone needs no farewell */
	}
	SSL_free(t->ssl);
	t->ssl = NULL;
	if (t->fd != -1)
		close(t->fd);
	t->fd = -1;
}

ptrdiff_t
tls_read(struct tls *t, void *p, size_t n)
{
	for (;;) {
		int rc;

		ERR_clear_error();
		rc = SSL_read(t->ssl, p, n > INT_MAX ? INT_MAX : (int)n);
		if (rc > 0)
			return rc;
		if (wait_for(t, SSL_get_error(t->ssl, rc)) == -1)
			return -1;
	}
}

ptrdiff_t
tls_write(struct tls *t, const void *p, size_t n)
{
	for (;;) {
		int rc;

		ERR_clear_error();
		rc = SSL_write(t->ssl, p, n > INT_MAX ? INT_MAX : (int)n);
		if (rc > 0)
			return rc;
		if (wait_for(t, SSL_get_error(t->ssl, rc)) == -1)
			return -1;
	}
}

bool
tls_pending(const struct tls *t)
{
	return SSL_has_pending(t->ssl) == 1;
}
