package io.ringway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import java.time.Clock;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Protocol code gets time, randomness and packets as arguments, and keeps no state outside its
 * objects: so that the same code runs on a card, in a unit test and in a simulated network where a
 * seed reproduces every packet.
 */
@AnalyzeClasses(packages = "io.ringway", importOptions = DoNotIncludeTests.class)
class SansIoTest {
    private static final String[] PROTOCOL = {
        "io.ringway.wire..",
        "io.ringway.layer..",
        "io.ringway.ip..",
        "io.ringway.udp..",
        "io.ringway.tcp.."
    };

    @ArchTest
    static final ArchRule hasNoClock =
            noClasses()
                    .that()
                    .resideInAnyPackage(PROTOCOL)
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("java.time..")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Clock.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(InstantSource.class)
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule hasNoThreadAndNoLock =
            noClasses()
                    .that()
                    .resideInAnyPackage(PROTOCOL)
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Thread.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(ThreadLocal.class)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("java.util.concurrent..")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule hasNoRandomSource =
            noClasses()
                    .that()
                    .resideInAnyPackage(PROTOCOL)
                    .should()
                    .dependOnClassesThat()
                    // java.util.Random, SecureRandom, ThreadLocalRandom and SplittableRandom.
                    .areAssignableTo(RandomGenerator.class)
                    .orShould()
                    .callMethod(Math.class, "random")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule hasNoSocketAndNoFile =
            noClasses()
                    .that()
                    .resideInAnyPackage(PROTOCOL)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.io..", "java.nio.channels..", "java.nio.file..")
                    .orShould()
                    .dependOnClassesThat()
                    .haveNameMatching("java\\.net\\.(Server|Datagram|Multicast)?Socket")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule hasNoLogger =
            noClasses()
                    .that()
                    .resideInAnyPackage(PROTOCOL)
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(System.Logger.class)
                    .orShould()
                    .callMethod(System.class, "getLogger", String.class)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.util.logging..", "org.slf4j..")
                    .orShould()
                    .accessField(System.class, "out")
                    .orShould()
                    .accessField(System.class, "err")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule hasNoMutableStaticState =
            fields().that()
                    .areDeclaredInClassesThat()
                    .resideInAnyPackage(PROTOCOL)
                    .and()
                    .areStatic()
                    .should(new BeConstant())
                    .allowEmptyShould(true);

    /**
     * Final, and neither a collection nor an array that others could write; a private table is
     * fine.
     */
    private static final class BeConstant extends ArchCondition<JavaField> {
        BeConstant() {
            super("be constant");
        }

        @Override
        public void check(JavaField field, ConditionEvents events) {
            // What the compiler makes: $VALUES of an enum, $assertionsDisabled, $SwitchMap.
            if (field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                return;
            }
            if (!field.getModifiers().contains(JavaModifier.FINAL)) {
                violate(field, "is not final", events);
            }
            JavaClass type = field.getRawType();
            if (type.isArray() && !field.getModifiers().contains(JavaModifier.PRIVATE)) {
                violate(field, "is an array that is not private", events);
            }
            if (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class)) {
                violate(field, "is a collection", events);
            }
            if (type.getPackageName().startsWith("java.util.concurrent.atomic")) {
                violate(field, "is a variable", events);
            }
        }

        private static void violate(JavaField field, String what, ConditionEvents events) {
            events.add(SimpleConditionEvent.violated(field, field.getFullName() + " " + what));
        }
    }
}
