package io.ringway.wire;

import java.util.HexFormat;

/** IP addresses to text and back: RFC 4291 §2.2 in, RFC 5952 out. */
final class IpAddressText {
    private static final int GROUPS = 8;

    private IpAddressText() {}

    static IpAddress parse(String text) {
        return text.indexOf(':') >= 0 ? parseIpv6(text) : IpAddress.ofIpv4(parseIpv4(text, text));
    }

    private static int parseIpv4(String part, String whole) {
        String[] numbers = part.split("\\.", -1);
        if (numbers.length != 4) {
            throw malformed(
                    whole, "four numbers with dots between them are expected, as in 198.18.0.1");
        }
        int address = 0;
        for (String number : numbers) {
            address = address << 8 | parseOctet(number, whole);
        }
        return address;
    }

    private static int parseOctet(String number, String whole) {
        if (number.isEmpty() || number.length() > 3) {
            throw malformed(whole, "\"" + number + "\" is not a number from 0 to 255");
        }
        int value = 0;
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c < '0' || c > '9') {
                throw malformed(whole, "\"" + number + "\" is not a number from 0 to 255");
            }
            value = value * 10 + (c - '0');
        }
        if (value > 255) {
            throw malformed(whole, "\"" + number + "\" is not a number from 0 to 255");
        }
        if (number.length() > 1 && number.charAt(0) == '0') {
            throw malformed(whole, "\"" + number + "\" begins with 0, which some read as octal");
        }
        return value;
    }

    private static IpAddress parseIpv6(String text) {
        if (text.indexOf('%') >= 0) {
            throw malformed(text, "a zone is not part of an address; leave \"%...\" out");
        }
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw malformed(text, "\"::\" may stand only once");
        }
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            int count = parseGroups(text, text, groups, true);
            if (count != GROUPS) {
                throw malformed(text, "eight groups are expected, or \"::\" for the missing ones");
            }
            return join(groups);
        }
        int front = parseGroups(text.substring(0, gap), text, groups, false);
        int[] back = new int[GROUPS];
        int behind = parseGroups(text.substring(gap + 2), text, back, true);
        if (front + behind >= GROUPS) {
            throw malformed(
                    text, "\"::\" stands for at least one group, so at most seven others fit");
        }
        System.arraycopy(back, 0, groups, GROUPS - behind, behind);
        return join(groups);
    }

    /** Fills {@code groups} from {@code part}, and returns how many there were. */
    private static int parseGroups(String part, String whole, int[] groups, boolean mayEndInIpv4) {
        if (part.isEmpty()) {
            return 0;
        }
        String[] texts = part.split(":", -1);
        int count = 0;
        for (int i = 0; i < texts.length; i++) {
            boolean isIpv4 = texts[i].indexOf('.') >= 0;
            if (isIpv4 && !(mayEndInIpv4 && i == texts.length - 1)) {
                throw malformed(whole, "dotted decimal may stand only at the end");
            }
            if (count + (isIpv4 ? 2 : 1) > GROUPS) {
                throw malformed(whole, "more than eight groups");
            }
            if (isIpv4) {
                int address = parseIpv4(texts[i], whole);
                groups[count++] = address >>> 16;
                groups[count++] = address & 0xffff;
            } else {
                groups[count++] = parseGroup(texts[i], whole);
            }
        }
        return count;
    }

    private static int parseGroup(String group, String whole) {
        boolean isHex = !group.isEmpty() && group.length() <= 4;
        for (int i = 0; isHex && i < group.length(); i++) {
            isHex = HexFormat.isHexDigit(group.charAt(i));
        }
        if (!isHex) {
            throw malformed(whole, "\"" + group + "\" is not one to four hexadecimal digits");
        }
        return HexFormat.fromHexDigits(group);
    }

    private static IpAddress join(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS / 2; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[GROUPS / 2 + i];
        }
        return new IpAddress(high, low);
    }

    private static IllegalArgumentException malformed(String text, String why) {
        return new IllegalArgumentException("\"" + text + "\" is not an IP address: " + why);
    }

    static String format(long high, long low) {
        StringBuilder out = new StringBuilder(39);
        if (IpAddress.isIpv4(high, low)) {
            appendIpv4(out, (int) low);
        } else {
            appendIpv6(out, high, low);
        }
        return out.toString();
    }

    static void appendIpv4(StringBuilder out, int address) {
        out.append(address >>> 24).append('.');
        out.append(address >>> 16 & 0xff).append('.');
        out.append(address >>> 8 & 0xff).append('.');
        out.append(address & 0xff);
    }

    private static void appendIpv6(StringBuilder out, long high, long low) {
        int gap = 0;
        int gapLength = 0;
        int run = 0;
        // RFC 5952 §4.2: "::" shortens the longest run of zeros, the first of equals, and never one
        // group alone.
        for (int i = 0; i < GROUPS; i++) {
            run = group(high, low, i) == 0 ? run + 1 : 0;
            if (run > gapLength && run > 1) {
                gapLength = run;
                gap = i + 1 - run;
            }
        }
        for (int i = 0; i < GROUPS; i++) {
            if (gapLength > 0 && i == gap) {
                out.append("::");
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(group(high, low, i)));
        }
    }

    private static int group(long high, long low, int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> (48 - 16 * (index % 4))) & 0xffff;
    }
}
