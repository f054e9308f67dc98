package io.ringway.testkit;

import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.opentest4j.TestAbortedException;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Runs a {@link Seeded} test for each seed, and says how to run the failing one again. */
final class SeededExtension implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getRequiredTestMethod().isAnnotationPresent(Seeded.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        Seeded seeded = context.getRequiredTestMethod().getAnnotation(Seeded.class);
        String test =
                context.getRequiredTestClass().getSimpleName()
                        + "#"
                        + context.getRequiredTestMethod().getName();
        return seeds(seeded, test).mapToObj(seed -> new Invocation(seed, test));
    }

    private static LongStream seeds(Seeded seeded, String test) {
        Long only = Long.getLong("ringway.seed");
        if (only != null) {
            return LongStream.of(only);
        }
        int count = Integer.getInteger("ringway.seeds", seeded.count());
        // Each test has seeds of its own, so that all together see more.
        Rand rand = new Rand(Long.getLong("ringway.seed.base", 0) * 31 + test.hashCode());
        return LongStream.concat(
                LongStream.of(seeded.also()), LongStream.generate(rand::nextLong).limit(count));
    }

    /** One run, with one seed. */
    private record Invocation(long seed, String test)
            implements TestTemplateInvocationContext,
                    ParameterResolver,
                    TestExecutionExceptionHandler {
        @Override
        public String getDisplayName(int index) {
            return "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == long.class || type == Rand.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == long.class
                    ? (Object) seed
                    : new Rand(seed);
        }

        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
                throws Throwable {
            if (thrown instanceof TestAbortedException) {
                throw thrown;
            }
            throw new SeedFailedError(seed, test, thrown);
        }
    }
}
