package io.ringway.testkit;

import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A test that runs once for each of some seeds, which it takes as a {@code long} or a {@link Rand}.
 *
 * <pre>{@code
 * @Seeded(count = 1000)
 * void everyOctetArrivesOnceAndInOrder(Rand rand) { … }
 * }</pre>
 *
 * <p>The seeds are the same in every run. When one fails, the failure says which, and {@code
 * -Dringway.seed=…} runs this one only. {@code -Dringway.seeds=100000} runs so many of each test,
 * and {@code -Dringway.seed.base=7} other ones.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@SuppressWarnings("exports") // Whoever writes tests with it has JUnit.
@TestTemplate
@ExtendWith(SeededExtension.class)
public @interface Seeded {
    /** How many seeds. */
    int count() default 100;

    /** Seeds to run before the others: those that failed once. */
    long[] also() default {};
}
