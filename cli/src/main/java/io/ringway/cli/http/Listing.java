package io.ringway.cli.http;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The page that shows what is in a directory. */
final class Listing {
    /** Entries that one page shows at most. */
    private static final int MAX_ENTRIES = 10_000;

    private Listing() {}

    static String of(String path, Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        boolean isCut = false;
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path entry : stream) {
                if (entries.size() == MAX_ENTRIES) {
                    isCut = true;
                    break;
                }
                entries.add(entry);
            }
        }
        entries.sort(
                Comparator.comparing((Path entry) -> !Files.isDirectory(entry))
                        .thenComparing(entry -> entry.getFileName().toString()));
        StringBuilder page =
                new StringBuilder(
                                "<!DOCTYPE html>\n"
                                        + "<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                        .append(escape(path))
                        .append("</title></head>\n<body><h1>")
                        .append(escape(path))
                        .append("</h1>\n<ul>\n");
        if (!path.equals("/")) {
            page.append("<li><a href=\"../\">../</a></li>\n");
        }
        for (Path entry : entries) {
            entry(page, entry);
        }
        page.append("</ul>\n").append(isCut ? "<p>And more.</p>\n" : "").append("</body></html>\n");
        return page.toString();
    }

    private static void entry(StringBuilder page, Path entry) throws IOException {
        boolean isDirectory = Files.isDirectory(entry);
        String name = entry.getFileName() + (isDirectory ? "/" : "");
        page.append("<li><a href=\"")
                .append(TargetPath.encode(name))
                .append("\">")
                .append(escape(name))
                .append("</a>");
        if (!isDirectory && Files.isRegularFile(entry)) {
            page.append(" ").append(Files.size(entry)).append(" octets");
        }
        page.append("</li>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
