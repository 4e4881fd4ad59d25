package io.seminar.reports.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What every page must be: well-formed, self-contained, and with links that lead somewhere. */
final class PageChecks {
  private final Path page;
  private final Document document;

  private PageChecks(Path page, Document document) {
    this.page = page;
    this.document = document;
  }

  static PageChecks of(Path page) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(Files.readString(page))));
    PageChecks checks = new PageChecks(page, document);
    checks.isSelfContained();
    checks.hasLinksThatLeadSomewhere();
    checks.hasItsChartsAsFiles();
    return checks;
  }

  List<Element> elements(String tag) {
    NodeList nodes = document.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  List<String> texts(String tag) {
    return elements(tag).stream().map(Element::getTextContent).toList();
  }

  String text() {
    return document.getDocumentElement().getTextContent();
  }

  private void isSelfContained() {
    for (String tag : new String[] {"script", "img", "link", "iframe"}) {
      assertThat(elements(tag)).as(tag).isEmpty();
    }
    for (Element element : elements("*")) {
      for (int a = 0; a < element.getAttributes().getLength(); a++) {
        String name = element.getAttributes().item(a).getNodeName();
        if (!name.startsWith("xmlns")) {
          assertThat(element.getAttributes().item(a).getNodeValue())
              .as("%s of %s", name, element.getTagName())
              .doesNotContain("http:", "https:", "@import");
        }
      }
    }
    assertThat(text()).doesNotContain("NaN").doesNotContain("null");
  }

  private void hasLinksThatLeadSomewhere() {
    Set<String> ids = new HashSet<>();
    for (Element element : elements("*")) {
      String id = element.getAttribute("id");
      assertThat(id.isEmpty() || ids.add(id)).as("id %s is unique", id).isTrue();
    }
    for (Element link : elements("a")) {
      String href = link.getAttribute("href");
      if (href.startsWith("#")) {
        assertThat(ids).contains(href.substring(1));
      } else {
        assertThat(page.resolveSibling(href).normalize()).exists();
      }
    }
  }

  private void hasItsChartsAsFiles() {
    for (Element svg : elements("svg")) {
      assertThat(page.resolveSibling(svg.getAttribute("id") + ".svg")).exists();
      assertThat(page.resolveSibling(svg.getAttribute("id") + ".png")).exists();
    }
  }
}
