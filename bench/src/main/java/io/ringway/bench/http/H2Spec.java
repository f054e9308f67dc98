package io.ringway.bench.http;

import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/** The conformance suite h2spec against Netty's HTTP/2, on Ringway and on the kernel. */
public final class H2Spec implements Benchmark {
    /** Where the Maven plugin has the program; it is unpacked from there. */
    private static final String RESOURCE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

    private static final NettyWay[] WAYS = {NettyWay.DOOR, NettyWay.PROVIDER, NettyWay.NIO};

    @Override
    public String name() {
        return "h2spec";
    }

    @Override
    public String summary() {
        return "not a benchmark: h2spec's cases against Netty's HTTP/2 on Ringway (both ways, over"
                + " TAP) and on the kernel, in one run; root";
    }

    @Override
    public void run(Options options, Report report) {
        options.refuseOthers();
        SuiteTable table = new SuiteTable();
        try (HttpCourse course = new HttpCourse(Http2Server.class, WAYS)) {
            Path directory = Files.createTempDirectory("ringway-h2spec");
            try {
                Path program = unpack(course, directory);
                for (NettyWay way : WAYS) {
                    report.progress(way.label());
                    Path file = directory.resolve(way + ".xml");
                    String _ =
                            course.output(
                                    "sh",
                                    "-c",
                                    // Its status is 1 when a case fails.
                                    program
                                            + " -h "
                                            + way.address()
                                            + " -p "
                                            + NettyWay.PORT
                                            + " -o 3 -j "
                                            + file
                                            + " || test $? = 1");
                    table.add(way, read(file));
                }
            } finally {
                String _ = course.output("rm", "-r", directory.toString());
            }
        } catch (IOException failed) {
            throw new BenchmarkException("cannot run h2spec: " + failed, failed);
        }
        table.write(report);
    }

    private static Path unpack(HttpCourse course, Path directory) throws IOException {
        Path archive = directory.resolve("h2spec.tar.gz");
        try (InputStream resource = H2Spec.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new BenchmarkException("h2spec is not on the class path: " + RESOURCE);
            }
            Files.copy(resource, archive);
        }
        String _ = course.output("tar", "-xzf", archive.toString(), "-C", directory.toString());
        return directory.resolve("h2spec");
    }

    private static SortedMap<String, String> read(Path file) throws IOException {
        SortedMap<String, String> verdicts = new TreeMap<>();
        try {
            NodeList cases =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(file.toFile())
                            .getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element each = (Element) cases.item(i);
                String name = each.getAttribute("package") + " " + each.getAttribute("classname");
                verdicts.put(name, verdict(each));
            }
        } catch (ParserConfigurationException | SAXException wrong) {
            throw new BenchmarkException("h2spec wrote no report: " + wrong, wrong);
        }
        return verdicts;
    }

    private static String verdict(Element each) {
        for (String trouble : new String[] {"failure", "error", "skipped"}) {
            if (each.getElementsByTagName(trouble).getLength() > 0) {
                return trouble;
            }
        }
        return SuiteTable.PASSED;
    }
}
