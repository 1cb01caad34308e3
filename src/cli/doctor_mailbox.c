/* SPDX-License-Identifier: ISC */
/* doctor_mailbox: the filing mailbox as the daemon would meet it, and whether what it gives is still
 * what was signed. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/dns_worker.h"
#include "cli/doctor.h"
#include "daemon/credential.h"
#include "daemon/runner.h"
#include "dns/packet.h"
#include "imap/session.h"
#include "keys/grant.h"
#include "proc/channel.h"
#include "proc/loop.h"

enum {
	CONNECT_MS = 5000, /* for one address */
	HANDSHAKE_MS = 30000,
	ADDRESSES = 8,
	SAMPLES = 5,             /* messages that are looked at, the newest */
	SAMPLE_BYTES = 4u << 20, /* a larger one is passed over */
	CHUNK = 65536,
	SECRET_MAX = 8192,
	DOMAIN_LONGEST = 256,
};

/* What was seen of the newest messages. */
struct samples {
	struct doctor *d;
	const struct conf_mailbox *box;
	struct crypto *crypto;
	int64_t as_of; /* of the message at hand: its arrival, Unix seconds */
	unsigned messages, is_signed, passed, body_broken, same_domain;
};

/* ---- connecting ---- */

static int
connect_to(int family, const void *address, uint16_t port, struct err *e)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct pollfd p = { .fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
		.events = POLLOUT };
	socklen_t length = sizeof(int);
	int error = 0, rc;

	if (p.fd == -1)
		return err_sys(e, "socket");
	if (family == AF_INET)
		memcpy(&in.sin_addr, address, sizeof in.sin_addr);
	else
		memcpy(&in6.sin6_addr, address, sizeof in6.sin6_addr);
	rc = family == AF_INET ? connect(p.fd, (struct sockaddr *)&in, sizeof in)
	                       : connect(p.fd, (struct sockaddr *)&in6, sizeof in6);
	if (rc == -1 && errno == EINPROGRESS && poll(&p, 1, CONNECT_MS) == 1 &&
	    getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0)
		rc = 0;
	else if (rc == -1)
		err_set(e, ERR_RETRY, "connect: %s",
		    error != 0 ? strerror(error) : "no answer within five seconds");
	if (rc == 0)
		return p.fd;
	close(p.fd);
	return -1;
}

/* The first address that takes us. */
static int
connect_host(struct doctor *d, const struct conf_mailbox *box, struct err *e)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };
	struct arena *a = arena_new(LIMIT_DNS_PACKET * 8);
	int fd = -1;

	err_set(e, ERR_RETRY, "the DNS has no address for %s", box->host);
	for (size_t t = 0; fd == -1 && t < 2; t++) {
		const struct dns_answer *answer = doctor_ask(d, str_of(box->host), types[t]);
		int family = types[t] == DNS_A ? AF_INET : AF_INET6;
		struct dns_data *data;
		size_t n = 0;

		if (answer == NULL || packet_records(a, answer->packet, str_of(box->host), types[t],
		                          &data, &n, e) != PACKET_FOUND)
			continue;
		for (size_t i = 0; fd == -1 && i < n && i < ADDRESSES; i++)
			if (data[i].rdata.n == (family == AF_INET ? 4u : 16u))
				fd = connect_to(family, data[i].rdata.p, (uint16_t)box->port, e);
	}
	arena_free(a);
	return fd;
}

static struct imap *
greet(struct doctor *d, const struct conf_mailbox *box, struct err *e)
{
	struct tls_config *config = tls_config_new(box->ca_file, e);
	struct imap *s = NULL;
	struct tls t;
	int fd;

	if (config == NULL)
		return NULL;
	fd = connect_host(d, box, e);
	if (fd != -1 && tls_open(&t, config, fd, box->host, clock_ms() + HANDSHAKE_MS, e) == 0)
		s = imap_open(&t, e);
	tls_config_free(config);
	return s;
}

/* ---- logging in ---- */

/* As the daemon would: a command is run by its runner. */
static int
run_command(struct doctor *d, const struct conf_mailbox *box, struct buf *secret, struct err *e)
{
	struct channel c;
	struct msg m;
	int fd = runner_start(d->conf, d->cli->config_path, e), rc;

	if (fd == -1)
		return e->kind != ERR_NONE ? -1 : err_set(e, ERR_CONFIG, "no command");
	channel_open(&c, fd);
	rc = channel_send(fd, STR(""), -1, -1, e, "run mailbox=%s", box->name);
	if (rc == 0)
		rc = channel_recv(&c, &m, e) == 1 ? 0 : err_set(e, ERR_RETRY, "no answer");
	if (rc == 0 && msg_is(&m, "output"))
		buf_add(secret, m.payload);
	else if (rc == 0)
		rc = err_set(e, ERR_RETRY, "%.*s", STR_FMT(str_head(m.payload, 300)));
	if (c.in.p != NULL)
		sodium_memzero(c.in.p, c.in.cap);
	channel_close(&c);
	return rc;
}

static int
login(struct doctor *d, const struct conf_mailbox *box, struct imap *s, struct err *e)
{
	enum imap_secret kind =
	    box->token_command != NULL || box->oauth != NULL ? IMAP_TOKEN : IMAP_PASSWORD;
	struct buf secret = BUF_MAX(SECRET_MAX);
	int rc;

	buf_room(&secret, SECRET_MAX - 1); /* grown, it would leave copies */
	buf_clear(&secret);
	rc = runner_has(box) ? run_command(d, box, &secret, e) : credential_read(box, &secret, e);
	if (rc == 0)
		rc = imap_login(s, box->user, kind, buf_str(&secret), e);
	sodium_memzero(secret.p, secret.cap);
	buf_free(&secret);
	return rc;
}

/* ---- do bodies survive? ---- */

static int
read_into(struct examine *x, int fd, struct err *e)
{
	char chunk[CHUNK];
	ssize_t got;

	for (off_t at = 0; (got = pread(fd, chunk, sizeof chunk, at)) > 0; at += got)
		examine_add(x, str_bytes(chunk, (size_t)got));
	examine_end(x);
	return got == -1 ? err_sys(e, "read a message") : 0;
}

static struct str
domain_of(const char *user)
{
	const char *at = strrchr(user, '@');

	return at == NULL ? STR("") : str_of(at + 1);
}

/* What is told of a message: '1' or '0' of each. */
enum {
	IS_SIGNED,
	PASSED,
	BODY_BROKEN,
	SAME_DOMAIN, /* it passed, and is of the mailbox's own domain */
	TOLD,
};

static void
tell_signatures(const struct samples *s, const struct examination *r, struct buf *told)
{
	bool is[TOLD] = { [IS_SIGNED] = r->n_dkim > 0 };

	for (size_t i = 0; i < r->n_dkim; i++) {
		const struct sig_result *sig = &r->dkim[i];

		is[PASSED] |= sig->result == RESULT_PASS;
		is[BODY_BROKEN] |= strcmp(sig->code, "body-hash") == 0;
		is[SAME_DOMAIN] |=
		    sig->result == RESULT_PASS && str_caseeq(sig->domain, domain_of(s->box->user));
	}
	for (size_t i = 0; i < TOLD; i++)
		buf_byte(told, is[i] ? '1' : '0');
}

/* As struct dns_task wants it: in the worker. */
static int
examine_sample(void *samples, int asker, int fd, struct buf *told, struct err *e)
{
	const struct samples *s = samples;
	struct ask_client client = { .channel.fd = -1 };
	struct evidence_source source = { ask_fill, &client };
	struct examine *x = examine_new(s->crypto);
	const struct examination *r;
	int rc = read_into(x, fd, e);

	channel_open(&client.channel, asker);
	ask_begin(&client);
	if (rc == 0)
		rc = evaluate(x, s->as_of, &source, &r, e);
	if (rc == 0)
		tell_signatures(s, r, told);
	examine_free(x);
	return rc;
}

static int
count_told(struct samples *s, struct str told, struct err *e)
{
	if (told.n != TOLD)
		return err_set(e, ERR_SYNTAX, "of a message something else was told");
	s->messages++;
	s->is_signed += told.p[IS_SIGNED] == '1';
	s->passed += told.p[PASSED] == '1';
	s->body_broken += told.p[BODY_BROKEN] == '1' && told.p[PASSED] != '1';
	s->same_domain += told.p[SAME_DOMAIN] == '1';
	return 0;
}

static int
take_sample(void *who, struct imap_message *m, struct err *e)
{
	struct samples *s = who;
	const struct dns_source source = { .ask = s->d->ask };
	const struct dns_task task = { examine_sample, s, m->fd, m->rfc822_size };
	struct buf told = BUF_MAX(LIMIT_POOL_RESULT);
	int rc;

	s->as_of = m->internaldate;
	rc = dns_worker(&source, &task, &told, e);
	if (rc == 0)
		rc = count_told(s, buf_str(&told), e);
	buf_free(&told);
	return rc;
}

/* The newest few that are not too large. */
static int
fetch_samples(struct imap *imap, const struct imap_folder *f, struct samples *s, struct err *e)
{
	const struct imap_sink sink = { take_sample, s };
	uint32_t first = f->uidnext > IMAP_WINDOW ? f->uidnext - IMAP_WINDOW : 1;
	struct imap_message m[IMAP_WINDOW];
	int n = f->uidnext <= 1 ? 0 : imap_list(imap, first, f->uidnext - 1, m, e);

	if (n == -1)
		return -1;
	while (n > 0 && s->messages < SAMPLES) {
		struct imap_message *one = &m[--n];

		if (one->rfc822_size < SAMPLE_BYTES &&
		    imap_fetch(imap, one, 1, SAMPLE_BYTES, &sink, e) == -1)
			return -1;
	}
	return 0;
}

static void
say_samples(const struct samples *s)
{
	const char *name = s->box->name;

	if (s->messages == 0)
		doctor_say(s->d, ADVICE_LOOK, "bodies", name, "send it a mail and ask again",
		    "nothing new is there to look at");
	else if (s->body_broken > 0 && s->passed == 0)
		doctor_say(s->d, ADVICE_MEND, "bodies", name,
		    "file into another provider's mailbox: here bodies are rewritten on arrival "
		    "(a footer rule, a virus scanner, Exchange)",
		    "of %u mails %u were signed and no body is what was signed", s->messages,
		    s->is_signed);
	else if (s->passed == 0)
		doctor_say(s->d, ADVICE_LOOK, "bodies", name,
		    "mailseal doctor --domain of the senders",
		    "of %u mails none has a signature that holds", s->messages);
	else
		doctor_say(s->d, ADVICE_GOOD, "bodies", name, NULL,
		    "of %u mails %u have a signature that holds: bodies survive", s->messages,
		    s->passed);
	if (s->same_domain > 0)
		doctor_say(s->d, ADVICE_LOOK, "separation", name,
		    "file into a mailbox at another provider, or under another administrator",
		    "sender and filing mailbox are both of %.*s: one administrator could put "
		    "mail there",
		    STR_FMT(domain_of(s->box->user)));
}

static void
check_bodies(struct doctor *d, const struct conf_mailbox *box, struct imap *imap,
    const struct imap_folder *f)
{
	struct samples s = { .d = d, .box = box, .crypto = crypto_native_new() };
	struct err e = { 0 };

	if (fetch_samples(imap, f, &s, &e) == -1)
		doctor_say(d, ADVICE_MEND, "bodies", box->name, "ask again; look at the server",
		    "%s", e.text);
	else
		say_samples(&s);
	crypto_native_free(s.crypto);
}

/* ---- the folder ---- */

/* Gmail's "limit IMAP folders to contain no more than this many messages". */
static bool
looks_limited(uint32_t exists)
{
	static const uint32_t limits[] = { 1000, 2000, 5000, 10000 };

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		if (exists == limits[i])
			return true;
	return false;
}

static void
check_folder(struct doctor *d, const struct conf_mailbox *box, struct imap *imap)
{
	struct imap_folder f;
	struct err e = { 0 };

	if (imap_examine(imap, box->folder, &f, &e) == -1) {
		doctor_say(d, ADVICE_MEND, "folder", box->name,
		    "name a folder that is there: [mailbox] folder", "%s: %s", box->folder, e.text);
		return;
	}
	if (looks_limited(f.exists))
		doctor_say(d, ADVICE_LOOK, "folder", box->name,
		    "at Gmail: Settings, Forwarding and POP/IMAP, do not limit the number",
		    "exactly %u messages: the provider may hide the rest", f.exists);
	else
		doctor_say(d, ADVICE_GOOD, "folder", box->name, NULL, "%s: %u messages",
		    box->folder, f.exists);
	check_bodies(d, box, imap, &f);
}

static const char *
mend_login(const struct conf_mailbox *box)
{
	if (box->oauth != NULL)
		return "mailseal login NAME; an app in \"Testing\" loses its token after seven "
		       "days: publish it (Google Cloud console, OAuth consent screen)";
	return "check user and password; Gmail wants an app password or OAuth";
}

/* A consent that ends; a key that opens more than this mailbox. */
static void
check_consent(struct doctor *d, const struct conf_mailbox *box)
{
	struct err e = { 0 };
	struct grant g;

	if (box->oauth == NULL || strcmp(box->name, box->account) != 0)
		return;
	if (box->service_account_file != NULL) {
		doctor_say(d, ADVICE_LOOK, "consent", box->name,
		    "prefer oauth_client_id and mailseal login NAME",
		    "the service account's key opens every mailbox of the domain");
		return;
	}
	if (grant_load(d->conf->state, box->account, &g, &e) == -1)
		return; /* the login fails, and says so */
	if (g.expires != 0)
		doctor_say(d, ADVICE_LOOK, "consent", box->name,
		    "mailseal login NAME before that; an app in \"Testing\" loses its token after "
		    "seven days: publish it (Google Cloud console, OAuth consent screen)",
		    "the server takes the token back in %lld days",
		    ((long long)g.expires - (long long)time(NULL)) / 86400);
	grant_wipe(&g);
}

void
doctor_mailbox(struct doctor *d, const struct conf_mailbox *box)
{
	struct err e = { 0 };
	struct imap *imap = d->ask == NULL ? NULL : greet(d, box, &e);

	check_consent(d, box);
	if (d->ask == NULL)
		return; /* it was said that there is no DNS */
	if (imap == NULL) {
		doctor_say(d, ADVICE_MEND, "server", box->name,
		    "check [mailbox] host, port and ca_file, and the network", "%s", e.text);
		return;
	}
	doctor_say(d, imap_has_idle(imap) ? ADVICE_GOOD : ADVICE_LOOK, "server", box->name,
	    imap_has_idle(imap) ? NULL : "mail is seen every 30 seconds, not at once",
	    "%s, certificate of %s%s", imap_tls(imap)->version, box->host,
	    imap_has_idle(imap) ? ", IDLE" : ", no IDLE (RFC 2177)");
	if (login(d, box, imap, &e) == -1)
		doctor_say(d, ADVICE_MEND, "login", box->name, mend_login(box), "%s", e.text);
	else
		check_folder(d, box, imap);
	imap_free(imap);
}
