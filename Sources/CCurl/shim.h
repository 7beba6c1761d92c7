// libcurl, epoll, eventfd and timerfd for Swift, which cannot call C functions of variable arguments.
//
// Each wrapper sets or reads one type of value; libcurl checks nothing, so use the one its manual names.
#pragma once
#include <curl/curl.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

static inline CURLcode hydra_easy_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hydra_easy_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hydra_easy_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hydra_easy_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hydra_easy_set_headers(CURL *handle, struct curl_slist *headers) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

static inline CURLcode hydra_easy_set_write(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *)) {
  return curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, callback);
}

static inline CURLcode hydra_easy_set_header(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *)) {
  return curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, callback);
}

// The bytes are copied.
static inline CURLcode hydra_easy_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
  return curl_easy_setopt(handle, option, &blob);
}

static inline CURLcode hydra_easy_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode hydra_easy_get_size(CURL *handle, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode hydra_easy_get_pointer(CURL *handle, CURLINFO info, void **value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode hydra_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode hydra_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode hydra_multi_set_socket(
  CURLM *multi, int (*callback)(CURL *, curl_socket_t, int, void *, void *)) {
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}

static inline CURLMcode hydra_multi_set_timer(CURLM *multi, int (*callback)(CURLM *, long, void *)) {
  return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}

// CURL_GLOBAL_DEFAULT is a macro too complex for the importer.
static inline CURLcode hydra_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

// Waits for news of transfers or on one more descriptor, at most so many milliseconds; returns whether that one has news.
static inline int hydra_multi_poll(CURLM *multi, int descriptor, int milliseconds) {
  struct curl_waitfd extra = {.fd = descriptor, .events = CURL_WAIT_POLLIN};
  curl_multi_poll(multi, &extra, 1, milliseconds, NULL);
  return extra.revents != 0;
}

// A counter that wakes who waits for it; reading sets it to 0.
static inline int hydra_event_counter(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// A pipe that programs which are started do not inherit. glibc hides the call from whoever does not ask for extensions.
extern int pipe2(int ends[2], int flags);
static inline int hydra_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

// Watches a descriptor for these events, whether it was watched before or not.
static inline int hydra_epoll_watch(int epoll, int descriptor, uint32_t events) {
  struct epoll_event event = {.events = events, .data = {.fd = descriptor}};
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0) return 0;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int hydra_epoll_forget(int epoll, int descriptor) {
  struct epoll_event event = {0};
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

// Waits without limit for at most 64 events; returns how many, or -1 after a signal.
static inline int hydra_epoll_wait(int epoll, int *descriptors, uint32_t *events, int limit) {
  struct epoll_event found[64];
  int count = epoll_wait(epoll, found, limit < 64 ? limit : 64, -1);
  for (int i = 0; i < count; i++) {
    descriptors[i] = found[i].data.fd;
    events[i] = found[i].events;
  }
  return count;
}
