package io.ringway.testkit;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a test that needs root and {@code /dev/net/tun}, for it makes interfaces or opens raw
 * sockets.
 *
 * <p>Without them the test is skipped with the reason. Where {@code
 * RINGWAY_REQUIRE_PRIVILEGED=true} in the environment, or {@code ringway.require.privileged=true}
 * among the system properties, it fails instead: CI must not pass because it has run nothing.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@SuppressWarnings("exports") // Whoever writes tests with it has JUnit.
@ExtendWith(PrivilegedCondition.class)
public @interface Privileged {}
