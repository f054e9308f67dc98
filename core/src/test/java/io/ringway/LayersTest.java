package io.ringway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who may know whom: {@code memory <- wire <- port, layer <- ip, udp, tcp <- io.ringway}. */
@AnalyzeClasses(packages = "io.ringway", importOptions = DoNotIncludeTests.class)
class LayersTest {
    @ArchTest static final ArchRule memory = mayUse("memory");
    @ArchTest static final ArchRule wire = mayUse("wire", "memory");
    @ArchTest static final ArchRule port = mayUse("port", "memory", "wire");
    @ArchTest static final ArchRule layer = mayUse("layer", "memory", "wire");

    @ArchTest
    static final ArchRule steering = mayUse("steering", "memory", "wire", "port", "layer");

    @ArchTest static final ArchRule ip = mayUse("ip", "memory", "wire", "port", "layer");

    // The transports do not know which IP carries them, nor each other.
    @ArchTest static final ArchRule udp = mayUse("udp", "memory", "wire", "layer");
    @ArchTest static final ArchRule tcp = mayUse("tcp", "memory", "wire", "layer");

    private static ArchRule mayUse(String name, String... others) {
        Set<String> allowed =
                Stream.concat(Stream.of(name), Stream.of(others))
                        .map(other -> "io.ringway." + other)
                        .collect(Collectors.toSet());
        return noClasses()
                .that()
                .resideInAPackage("io.ringway." + name + "..")
                .should()
                .dependOnClassesThat(oursOutside(allowed))
                // A package may still be without a class.
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> oursOutside(Set<String> allowed) {
        return DescribedPredicate.describe(
                "are ours and not in " + allowed,
                type ->
                        isIn(type, "io.ringway")
                                && allowed.stream().noneMatch(parent -> isIn(type, parent)));
    }

    private static boolean isIn(JavaClass type, String parent) {
        String name = type.getPackageName();
        return name.equals(parent) || name.startsWith(parent + ".");
    }
}
