/* SPDX-License-Identifier: ISC */
#include "net/tls.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/test.h"

/* A certificate for a server, and how it is wrong. */
struct made {
	EVP_PKEY *key;
	X509 *cert;
};

static void
extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *x;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	x = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(x);
	X509_add_ext(cert, x, -1);
	X509_EXTENSION_free(x);
}

/* issuer NULL: self-signed.  days: of validity from now, negative: expired. */
static struct made
make(const char *name, const struct made *issuer, bool authority, long days)
{
	struct made m = { EVP_EC_gen("P-256"), X509_new() };
	X509_NAME *subject = X509_get_subject_name(m.cert);
	char san[128];

	X509_set_version(m.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(m.cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(m.cert), -40 * 86400L);
	X509_gmtime_adj(X509_getm_notAfter(m.cert), days * 86400L);
	X509_set_pubkey(m.cert, m.key);
	X509_NAME_add_entry_by_txt(
	    subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(
	    m.cert, issuer != NULL ? X509_get_subject_name(issuer->cert) : subject);
	if (authority) {
		extension(m.cert, m.cert, NID_basic_constraints, "critical,CA:TRUE");
	} else {
		snprintf(san, sizeof san, "DNS:%s", name);
		extension(m.cert, m.cert, NID_subject_alt_name, san);
	}
	X509_sign(m.cert, issuer != NULL ? issuer->key : m.key, EVP_sha256());
	return m;
}

static void
unmake(struct made *m)
{
	EVP_PKEY_free(m->key);
	X509_free(m->cert);
}

/* In a process of its own: shakes hands, then exits with 1 when any byte of ours came. */
static pid_t
serve(int fd, const struct made *m)
{
	SSL_CTX *ctx;
	SSL *ssl;
	char byte;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	ctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(ctx, m->cert);
	SSL_CTX_use_PrivateKey(ctx, m->key);
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		SSL_write(ssl, "hello", 5);
	_exit(SSL_read(ssl, &byte, 1) == 1 ? 1 : 0);
}

/* The outcome in words: "read:…" or the error; *spoke: something of ours reached the server. */
static void
try(const struct made *m, const char *ca_file, struct buf *got, bool *spoke)
{
	struct tls_config *c = tls_config_new(ca_file, NULL);
	struct err e = { 0 };
	struct timespec now;
	struct tls t;
	char text[16];
	int fd[2], status;
	pid_t pid;

	assert_non_null(c);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	pid = serve(fd[1], m);
	close(fd[1]);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (tls_open(&t, c, fd[0], "imap.example", (now.tv_sec + 20) * 1000, &e) == 0) {
		ptrdiff_t n = tls_read(&t, text, sizeof text);

		buf_printf(got, "read:%.*s %s", (int)n, text, t.version);
		tls_close(&t);
	} else {
		buf_printf(got, "%s", e.text);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*spoke = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	tls_config_free(c);
}

static void
servers(void **state)
{
	static const char ca_file[] = "tls_test.ca.pem";
	struct made ca = make("test authority", NULL, true, 10);
	struct made other = make("another authority", NULL, true, 10);
	const struct {
		const char *what;
		struct made server;
		const char *want;
	} rows[] = {
		{ "good", make("imap.example", &ca, false, 10), "read:hello TLSv1.3" },
		{ "wrong host", make("pop.example", &ca, false, 10),
		    "certificate name does not match imap.example" },
		{ "expired", make("imap.example", &ca, false, -10),
		    "certificate of imap.example expired" },
		{ "self-signed", make("imap.example", NULL, false, 10),
		    "certificate of imap.example is self-signed" },
		{ "unknown authority", make("imap.example", &other, false, 10),
		    "certificate of imap.example is from an unknown certification authority" },
	};
	FILE *f = fopen(ca_file, "w");

	(void)state;
	assert_non_null(f);
	PEM_write_X509(f, ca.cert);
	fclose(f);
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(1000);
		bool spoke = false;

		try(&rows[i].server, ca_file, &got, &spoke);
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		assert_false(spoke);
		buf_free(&got);
		unmake((struct made *)(uintptr_t)&rows[i].server);
	}
	unlink(ca_file);
	unmake(&ca);
	unmake(&other);
}

static void
no_authorities(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_null(tls_config_new("/nowhere", &e));
	assert_int_equal(e.kind, ERR_CONFIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers),
		cmocka_unit_test(no_authorities),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("net/tls", tests, NULL, NULL);
}
