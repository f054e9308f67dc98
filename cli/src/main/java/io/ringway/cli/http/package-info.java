/**
 * HTTP/1.1 (RFC 9110, 9112) as far as a file server needs it, sans-IO: octets come in and go out by
 * method call, so it runs on our stack and in a test alike.
 */
@NullMarked
package io.ringway.cli.http;

import org.jspecify.annotations.NullMarked;
