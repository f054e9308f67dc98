package io.ringway.cli;

import io.ringway.IdleStrategy;
import io.ringway.Profile;
import io.ringway.linux.PortSpec;
import io.ringway.port.ImpairmentConfig;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Locale;
import java.util.function.Function;

/** How option values are read; each type reads its own, and says itself what is wrong. */
final class Converters {
    private Converters() {}

    static void register(CommandLine command) {
        command.registerConverter(IpAddress.class, of(IpAddress::parse));
        command.registerConverter(IpPrefix.class, of(IpPrefix::parse));
        command.registerConverter(PortSpec.class, of(PortSpec::parse));
        command.registerConverter(ImpairmentConfig.class, of(ImpairmentConfig::parse));
        command.registerConverter(IdleStrategy.class, of(IdleStrategy::parse));
        command.registerConverter(
                Profile.class, of(name -> Profile.parse(name.toLowerCase(Locale.ROOT))));
        command.registerConverter(StackOptions.Interval.class, of(StackOptions.Interval::parse));
        command.registerConverter(Size.class, of(Size::parse));
        command.registerConverter(Count.class, of(Count::parse));
    }

    private static <T> ITypeConverter<T> of(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                // picocli puts the name of the option in front.
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }
}
