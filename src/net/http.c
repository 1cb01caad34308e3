/* SPDX-License-Identifier: ISC */
#include "net/http.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "config.h"

static size_t
take(char *bytes, size_t size, size_t n, void *who)
{
	struct buf *body = who;

	buf_add(body, str_bytes(bytes, size * n));
	return body->over ? 0 : size * n; /* less than all: curl stops */
}

static int
fail(CURLcode code, const struct buf *body, const char *text, struct err *e)
{
	if (buf_check(body, "answer", e) == -1)
		return -1;
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return err_set(e, ERR_REFUSED, "certificate: %s", text);
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return err_set(e, ERR_CONFIG, "%s", text);
	default:
		return err_set(e, ERR_RETRY, "%s", text);
	}
}

static const struct {
	CURLoption option;
	long value;
} numbers[] = {
	{ CURLOPT_NETRC, CURL_NETRC_IGNORED },
	{ CURLOPT_FOLLOWLOCATION, 0 },
	{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
	{ CURLOPT_SSL_VERIFYPEER, 1 },
	{ CURLOPT_SSL_VERIFYHOST, 2 },
	{ CURLOPT_NOSIGNAL, 1 },
	{ CURLOPT_TIMEOUT, HTTP_TIMEOUT_S },
};

/* All options matter: one that curl does not know is an error, not a weaker connection. */
static CURLcode
set_options(CURL *c, const char *url, const char *ca_file)
{
	const struct {
		CURLoption option;
		const char *value; /* NULL: as curl has it */
	} texts[] = {
		{ CURLOPT_URL, url },
		{ CURLOPT_PROTOCOLS_STR, "https" },
		{ CURLOPT_PROXY, "" },
		{ CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION },
		{ CURLOPT_CAINFO, ca_file },
	};
	CURLcode bad = CURLE_OK;

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && bad == CURLE_OK; i++)
		bad = curl_easy_setopt(c, numbers[i].option, numbers[i].value);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0] && bad == CURLE_OK; i++)
		if (texts[i].value != NULL)
			bad = curl_easy_setopt(c, texts[i].option, texts[i].value);
	if (bad == CURLE_OK && ca_file != NULL) /* these alone */
		bad = curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	return bad;
}

/* form: .p NULL when nothing is posted. */
static CURLcode
set_data(CURL *c, struct str form, struct buf *body)
{
	CURLcode bad = CURLE_OK;

	if (form.p != NULL)
		bad = curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)form.n);
	if (bad == CURLE_OK && form.p != NULL)
		bad = curl_easy_setopt(c, CURLOPT_POSTFIELDS, form.p); /* not copied */
	if (bad == CURLE_OK)
		bad = curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	return bad == CURLE_OK ? curl_easy_setopt(c, CURLOPT_WRITEDATA, body) : bad;
}

static int
ask(const char *url, const char *ca_file, struct str form, int *status, struct buf *body,
    struct err *e)
{
	char text[CURL_ERROR_SIZE] = "";
	CURL *c = curl_easy_init();
	long code = 0;
	CURLcode bad;

	if (c == NULL)
		abort();
	bad = curl_easy_setopt(c, CURLOPT_ERRORBUFFER, text);
	if (bad == CURLE_OK)
		bad = set_options(c, url, ca_file);
	if (bad == CURLE_OK)
		bad = set_data(c, form, body);
	if (bad == CURLE_OK)
		bad = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
	curl_easy_cleanup(c);
	*status = (int)code;
	if (bad == CURLE_OK)
		return 0;
	fail(bad, body, text[0] != '\0' ? text : curl_easy_strerror(bad), e);
	return err_at(e, "%s", url);
}

int
http_post_form(const char *url, const char *ca_file, struct str form, int *status, struct buf *body,
    struct err *e)
{
	return ask(url, ca_file, form.p == NULL ? STR("") : form, status, body, e);
}

int
http_get(const char *url, const char *ca_file, int *status, struct buf *body, struct err *e)
{
	return ask(url, ca_file, (struct str){ 0 }, status, body, e);
}
